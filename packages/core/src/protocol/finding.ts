/** Something in a text that is not to leave; offsets are in UTF-16 units, as those of JavaScript's strings. */
export interface Finding {
  /** A word of lower-case letters, digits and dashes: `email`. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** What a detector that waits for something is given. */
export interface DetectContext {
  /** Fires when the answer is not wanted any more. */
  readonly signal: AbortSignal;
  /** Posts JSON to an address that the operator wrote, and gives the JSON of the answer. Rejects where there is none. */
  readonly post: (url: string, body: unknown) => Promise<unknown>;
}

/** Finds what is not to leave. Where it throws, rejects or takes too long, the call is refused. */
export type Detect = (
  text: string,
  context: DetectContext,
) => readonly Finding[] | Promise<readonly Finding[]>;

/** The same at once, and in linear time. */
export type Detector = (text: string) => Finding[];

/** What can be found without a word from the operator. */
export const kinds = [
  'email',
  'phone',
  'card',
  'iban',
  'us-ssn',
  'cn-resident-id',
  'uk-nino',
  'de-tax-id',
  'fr-nir',
  'es-dni',
  'it-fiscal-code',
  'br-cpf',
  'in-aadhaar',
  'ip',
  'secret',
] as const;

export type Kind = (typeof kinds)[number];
