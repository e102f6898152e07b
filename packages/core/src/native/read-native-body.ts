import { GatewayError } from '../errors.ts';
import { bodyKind } from '../http/check-head.ts';
import type { BodySource } from '../protocol/body-source.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Exchange } from '../protocol/exchange.ts';
import { JsonSyntaxError, scanJsonObject } from '../protocol/scan-json.ts';
import type { BodyRules } from '../read-request.ts';
import type { RequestScope } from '../resilience/request-scope.ts';

/** A request's body on its way to an upstream. */
export interface NativeBody {
  readonly body: Buffer | BodySource | undefined;
  readonly type: string | undefined;
}

export interface NativeBodyParts {
  readonly scope: RequestScope;
  readonly rules: BodyRules;
  readonly clock: Clock;
  /** It has to be there before it is sent: it is looked into, or signed. */
  readonly isHeld: boolean;
}

/** Bytes of what is not JSON, and may be a part of a large file. */
const smallForm = 1_048_576;

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * What is small is held, so that it can be sent again; all else flows, and is not read before the upstream takes it. The request
 * lasts for as long as that takes, as long as something comes.
 *
 * @throws GatewayError `VE_BODY_TOO_LARGE`, `VE_BODY_TIMEOUT`, `VE_BODY_CONSUMED`
 */
export async function readNativeBody(exchange: Exchange, parts: NativeBodyParts): Promise<NativeBody> {
  const { headers } = exchange;
  const { scope, rules, isHeld } = parts;
  const type = typeof headers['content-type'] === 'string' ? headers['content-type'] : undefined;
  const size = readSize(exchange);
  if (bodiless.has(exchange.method) || size === 0) return { body: undefined, type: undefined };
  const isJson = type !== undefined && bodyKind(headers) === 'json';
  const isSmall = size !== undefined && size <= (isJson ? rules.limit : smallForm);
  if (isHeld || isSmall) {
    const body = await scope.during(rules.timeout, bodyTimeout, (onCancel) =>
      isJson ? exchange.readBody(rules.limit, onCancel) : gather(exchange.readStream(rules.limit, onCancel)),
    );
    return body.length === 0 ? { body: undefined, type: undefined } : { body, type };
  }
  const flow = new BodyFlow(exchange, parts);
  scope.atEnd(() => flow.close());
  // A caller who sends nothing takes up no slot of the upstream's.
  const hasSome = await scope.during(rules.timeout, bodyTimeout, (onCancel) => {
    onCancel((error) => flow.cancel(error));
    return flow.begin();
  });
  if (!hasSome) return { body: undefined, type: undefined };
  return { body: { type, size, isReplayable: false, open: () => flow.rest() }, type };
}

/** What a body parser of the host has made of a form is not put together again: this rejects then. */
async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** @throws GatewayError `VE_BODY_INVALID` for what is no JSON object */
export function checkJson(body: Buffer): void {
  try {
    scanJsonObject(body, () => false);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new GatewayError('VE_BODY_INVALID', { reason: error.message, position: error.position });
  }
}

/** Bytes; undefined where nobody knows before the end. */
function readSize({ headers }: Exchange): number | undefined {
  const said = headers['content-length'];
  return typeof said === 'string' && /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}

const bodyTimeout = (): GatewayError => new GatewayError('VE_BODY_TIMEOUT');

/** The caller's bytes, each piece when it is asked for. What the upstream waits for, the caller has to send in time. */
class BodyFlow {
  readonly #pieces: AsyncIterator<Uint8Array, unknown>;
  readonly #timeout: number;
  readonly #clock: Clock;
  #cancel: ((error: GatewayError) => void) | undefined;
  #first: Uint8Array | undefined;

  constructor(exchange: Exchange, { rules: { uploads, timeout }, clock }: NativeBodyParts) {
    const stream = exchange.readStream(uploads.limit, (cancel) => {
      this.#cancel = cancel;
    });
    this.#pieces = stream[Symbol.asyncIterator]();
    this.#timeout = timeout;
    this.#clock = clock;
  }

  /** Whether there is anything. */
  async begin(): Promise<boolean> {
    this.#first = await this.#next();
    return this.#first !== undefined;
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    try {
      let piece = this.#first;
      this.#first = undefined;
      for (; piece !== undefined; piece = await this.#next()) yield piece;
    } finally {
      this.close();
    }
  }

  cancel(error: GatewayError): void {
    this.#cancel?.(error);
  }

  /** What was not taken is not wanted any more. */
  close(): void {
    this.#first = undefined;
    this.#pieces.return?.().catch(() => {});
  }

  async #next(): Promise<Uint8Array | undefined> {
    const timer = this.#clock.setTimeout(() => this.cancel(bodyTimeout()), this.#timeout);
    try {
      for (;;) {
        const { done, value } = await this.#pieces.next();
        if (done === true) return undefined;
        if (value instanceof Uint8Array && value.byteLength > 0) return value;
      }
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }
}
