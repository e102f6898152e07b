import { Dicer } from '@fastify/busboy';
import { GatewayError } from '../errors.ts';
import { type PartHead, readPartHead } from './read-part-head.ts';

/** What the bytes of a form say, in their order: a part begins, and its bytes follow. */
export type FormEvent =
  | { readonly type: 'part'; readonly head: PartHead }
  | { readonly type: 'data'; readonly data: Buffer };

interface OpenPart {
  readonly stream: Dicer.PartStream;
  head: PartHead | undefined;
  isTold: boolean;
}

/** Bytes that are looked at in one go: all of them are taken off the parser at once, so that it never has to pause. */
const slice = 32_768;
const settings: Dicer.Config & Record<string, unknown> = { maxHeaderPairs: 32, partHwm: 4 * slice };

/** Takes `multipart/form-data` apart, wherever its bytes are cut (https://www.rfc-editor.org/rfc/rfc7578). */
export class FormSplitter {
  readonly #dicer: Dicer;
  readonly #parts: OpenPart[] = [];
  #problem: GatewayError | undefined;
  #isComplete = false;

  /** @throws GatewayError `VE_BODY_INVALID` where the content type names no boundary. */
  constructor(contentType: string) {
    this.#dicer = new Dicer({ ...settings, boundary: boundaryOf(contentType) });
    this.#dicer.on('part', (stream) => this.#open(stream));
    this.#dicer.on('finish', () => {
      this.#isComplete = true;
    });
    // It is told by there being no end.
    this.#dicer.on('error', ignore);
  }

  /** @throws GatewayError `VE_BODY_INVALID` */
  *push(chunk: Buffer): Generator<FormEvent> {
    // What follows the last boundary means nothing.
    for (let at = 0; at < chunk.length && !this.#isComplete; at += slice) {
      this.#dicer.write(chunk.subarray(at, at + slice));
      yield* this.#drain();
    }
  }

  /** Nothing more comes. @throws GatewayError `VE_BODY_INVALID` where the form is not over. */
  async end(): Promise<void> {
    // The parser tells of the end of a part a little later.
    const ticks = new Promise((resolve) => setImmediate(resolve));
    if (!this.#isComplete) await ticks;
    const isComplete = this.#isComplete;
    // Its buffers are let go, whatever has become of it.
    this.#dicer.destroy();
    if (!isComplete) throw invalidForm('it ends before its last boundary');
    if (this.#parts.some(({ head }) => head === undefined)) throw invalidForm('a part has no headers');
  }

  #open(stream: Dicer.PartStream): void {
    const part: OpenPart = { stream, head: undefined, isTold: false };
    this.#parts.push(part);
    stream.on('error', ignore);
    stream.on('header', (header) => {
      try {
        part.head = readPartHead(header);
      } catch (error) {
        // Thrown from here it would go through the parser.
        if (!GatewayError.isInstance(error)) throw error;
        this.#problem ??= error;
      }
    });
  }

  *#drain(): Generator<FormEvent> {
    for (;;) {
      if (this.#problem !== undefined) throw this.#problem;
      const [part] = this.#parts;
      if (part === undefined) return;
      const isLast = this.#parts.length === 1;
      if (part.head !== undefined) yield* read(part, part.head);
      else if (!isLast) throw invalidForm('a part has no headers');
      if (isLast) return;
      this.#parts.shift();
    }
  }
}

function* read(part: OpenPart, head: PartHead): Generator<FormEvent> {
  if (!part.isTold) yield { type: 'part', head };
  part.isTold = true;
  for (;;) {
    const data: unknown = part.stream.read();
    if (!(data instanceof Buffer)) return;
    yield { type: 'data', data };
  }
}

/** Of a form that cannot be read. */
export function invalidForm(reason: string): GatewayError {
  return new GatewayError('VE_BODY_INVALID', { reason });
}

/** RFC 2046 allows 70 characters; the parser takes up to 250. */
const longestBoundary = 200;

function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw invalidForm('its content type names no boundary');
  if (boundary.length > longestBoundary) throw invalidForm('its boundary is too long');
  return boundary;
}

const ignore = (): void => {};
