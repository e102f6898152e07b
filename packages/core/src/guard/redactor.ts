import { setImmediate } from 'node:timers/promises';
import { GatewayError } from '../errors.ts';
import type { Operation } from '../protocol/call.ts';
import type { DetectContext } from '../protocol/finding.ts';
import { findHits, type Hit, type Search } from './find-in-text.ts';
import { placeInText, placeOf } from './json-places.ts';
import { Placeholders } from './placeholders.ts';
import { isJson, type JsonLeaf, readString, spliceText, walkJson } from './walk-json.ts';

/** Texts within texts that are read as JSON. */
const deepest = 4;
/** Texts that detectors who wait for something look at at once. */
const mostAtOnce = 8;
/** Characters after which others have their turn: a body may have many. */
const atATime = 262_144;
/** Digits: what is shorter is none of the numbers that are looked for. */
const shortestNumber = 7;

/** Another target may have no rule against it. */
const elsewhere = { retry: 'elsewhere', health: 'neutral', sent: false } as const;

/** Why tokens do not leave. */
export const tokensReason = 'has tokens in it, which cannot be looked through; send the text itself';

/** Something to look through, and what was found. */
type Piece = TextPiece | JsonPiece;

interface TextPiece {
  readonly type: 'text';
  readonly text: string;
  /** Where it stands, in words. */
  readonly where: string;
  readonly isConversation: boolean;
  hits: readonly Hit[];
}

interface JsonPiece {
  readonly type: 'json';
  readonly text: string;
  readonly leaves: readonly Leaf[];
}

interface Leaf {
  readonly start: number;
  readonly end: number;
  readonly piece: Piece;
}

export interface JsonEdit {
  readonly start: number;
  readonly end: number;
  /** JSON. */
  readonly text: string;
}

/** Takes out of what one call says what is not to leave. What stands for the same is the same in all of it. */
export class Redactor {
  readonly #searches: readonly Search[];
  readonly #context: DetectContext;
  readonly #counts: Record<string, number> = {};
  readonly placeholders: Placeholders = new Placeholders();

  constructor(searches: readonly Search[], context: DetectContext) {
    this.#searches = searches;
    this.#context = context;
  }

  /** What was found, by kind. */
  get counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /**
   * What has to be changed in several JSON texts that are said one after the other.
   *
   * @throws GatewayError `VE_REDACTION_BLOCKED`, `VE_REDACTION_FAILED`
   */
  async editJson(texts: readonly string[], operation: Operation): Promise<readonly (readonly JsonEdit[])[]> {
    const pieces = texts.map((text) => jsonPiece(text, (leaf, read) => placeOf(leaf, operation, read)));
    await this.#find(pieces);
    return pieces.map((piece) => this.#edits(piece));
  }

  /** The same of texts that are by themselves, by the names of their places. @throws GatewayError as `editJson` */
  async redactTexts(texts: readonly (readonly [where: string, text: string])[]): Promise<readonly string[]> {
    const pieces = texts.map(([where, text]) => textPiece(text, where, 0));
    await this.#find(pieces);
    return pieces.map((piece) => this.#render(piece) ?? piece.text);
  }

  async #find(pieces: readonly Piece[]): Promise<void> {
    const texts = pieces.flatMap(textsIn);
    if (this.placeholders.originals.size === 0) for (const { text } of texts) this.placeholders.avoid(text);
    else if (texts.some(({ text }) => this.placeholders.isIn(text)))
      throw new GatewayError('VE_REDACTION_FAILED', {}, { failure: elsewhere });
    await this.#search(texts);
    for (const { hits } of texts) for (const { kind } of hits) this.#count(kind);
    // What was said first is numbered first, whatever the order of members is: what is added later changes no number.
    for (const piece of [...texts.filter(isAround), ...texts.filter(({ isConversation }) => isConversation)])
      this.#number(piece);
  }

  async #search(texts: readonly TextPiece[]): Promise<void> {
    const waiting = texts.values();
    let characters = 0;
    const work = async (): Promise<void> => {
      for (const piece of waiting) {
        const found = this.#searchOne(piece);
        piece.hits = found instanceof Promise ? await found : found;
        characters += piece.text.length;
        if (characters < atATime) continue;
        characters = 0;
        await setImmediate();
      }
    };
    const isAsked = this.#searches.some(({ detect }) => detect !== undefined);
    await Promise.all(Array.from({ length: isAsked ? mostAtOnce : 1 }, work));
  }

  #searchOne({ text }: TextPiece): readonly Hit[] | Promise<readonly Hit[]> {
    try {
      const found = findHits(text, this.#searches, this.#context);
      return found instanceof Promise ? found.catch(fail) : found;
    } catch (error) {
      return fail(error);
    }
  }

  #count(kind: string): void {
    const before = Object.hasOwn(this.#counts, kind) ? this.#counts[kind] : 0;
    this.#counts[kind] = (before ?? 0) + 1;
  }

  #number({ text, hits, where }: TextPiece): void {
    const blocked = hits.filter(({ mode }) => mode === 'block').map(({ kind }) => kind);
    if (blocked.length > 0) {
      const reason = `has something in it that may not be sent there: ${[...new Set(blocked)].join(', ')}`;
      const details = { parameter: where, reason };
      throw new GatewayError('VE_REDACTION_BLOCKED', details, { failure: elsewhere });
    }
    for (const { kind, mode, start, end } of hits) {
      this.placeholders.markOf(kind, text.slice(start, end), mode);
    }
  }

  /** Undefined where nothing is to be changed. */
  #render(piece: Piece): string | undefined {
    if (piece.type === 'json') {
      const edits = this.#edits(piece);
      return edits.length === 0 ? undefined : spliceText(piece.text, edits);
    }
    const { text, hits } = piece;
    if (hits.length === 0) return undefined;
    const mark = ({ kind, mode, start, end }: Hit): string =>
      this.placeholders.markOf(kind, text.slice(start, end), mode);
    return spliceText(
      text,
      hits.map((hit) => ({ start: hit.start, end: hit.end, text: mark(hit) })),
    );
  }

  #edits({ leaves }: JsonPiece): JsonEdit[] {
    return leaves.flatMap(({ start, end, piece }) => {
      const rendered = this.#render(piece);
      // A number that is hidden is a text from then on.
      return rendered === undefined ? [] : [{ start, end, text: JSON.stringify(rendered) }];
    });
  }
}

function fail(cause: unknown): never {
  if (GatewayError.isInstance(cause)) throw cause;
  throw new GatewayError('VE_REDACTION_FAILED', {}, { cause, failure: elsewhere });
}

function isAround({ isConversation }: TextPiece): boolean {
  return !isConversation;
}

const conversations = new Set<unknown>(['messages', 'input', 'contents']);

function jsonPiece(
  text: string,
  place: (leaf: JsonLeaf, read: () => string) => string,
  outer?: { readonly where: string; readonly depth: number; readonly isConversation: boolean },
): JsonPiece {
  const leaves: Leaf[] = [];
  walkJson(text, (leaf) => {
    const { type, start, end, path } = leaf;
    const read = (): string =>
      type === 'number' ? text.slice(start, end) : readString(text.slice(start, end));
    const taken = place(leaf, read);
    const isShort = type === 'number' && taken === 'text' && end - start < shortestNumber;
    if (taken === 'word' || isShort) return;
    const where = outer?.where ?? wordPath(path);
    if (taken === 'tokens') {
      const details = { parameter: where, reason: tokensReason };
      throw new GatewayError('VE_REDACTION_BLOCKED', details, { failure: elsewhere });
    }
    const isConversation = outer?.isConversation ?? conversations.has(path[0]);
    const piece: Piece =
      type === 'number'
        ? { type: 'text', text: read(), where, isConversation, hits: [] }
        : textPiece(read(), where, outer?.depth ?? 0, isConversation);
    leaves.push({ start, end, piece });
  });
  return { type: 'json', text, leaves };
}

function textPiece(text: string, where: string, depth: number, isConversation = false): Piece {
  return depth < deepest && isJson(text)
    ? jsonPiece(text, placeInText, { where, depth: depth + 1, isConversation })
    : { type: 'text', text, where, isConversation, hits: [] };
}

function textsIn(piece: Piece): TextPiece[] {
  return piece.type === 'text' ? [piece] : piece.leaves.flatMap(({ piece: inner }) => textsIn(inner));
}

/** `messages[2].content`: names that a caller may have made up are not told. */
function wordPath(path: readonly (string | number)[]): string {
  let words = '';
  for (const step of path) {
    if (typeof step === 'number') words += `[${step}]`;
    else if (/^[A-Za-z_]{1,32}$/.test(step)) words += words === '' ? step : `.${step}`;
    else return words;
    if (words.length > 96) return words;
  }
  return words;
}
