import { randomBytes } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import { readRange } from '../http/read-range.ts';
import { isSigned, type Route } from '../http/route-table.ts';
import type { Answer, HeaderMap } from '../protocol/answer.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Exchange } from '../protocol/exchange.ts';
import type { Download } from '../protocol/media.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { BlobStore } from '../protocol/task-store.ts';
import type { LinkSigner } from '../tasks/sign-link.ts';

export interface FileParts {
  readonly blobs: BlobStore;
  readonly signer: LinkSigner;
  /** In place of where the caller has reached the gateway. */
  readonly publicUrl: string | undefined;
  readonly clock: Clock;
  /** See `MediaFiles.fetch`. */
  readonly fetch: (url: string, upstream: string | undefined) => Promise<Download>;
}

/** No owner's name: who is known by the address alone. */
export const anyone = '*signed';

/** In place of a number: the file of a task that is a picture of how far it has come. */
export const preview = 'preview';

/** Milliseconds for which OpenAI's own addresses of pictures are good. */
const hour = 3_600_000;
/** Milliseconds for which an address of a video is good, where nobody says how long the video is. */
const day = 24 * hour;

/** Bytes that upstreams have made, for who is told where they are. */
export class FileDesk {
  readonly #parts: FileParts;

  constructor(parts: FileParts) {
    this.#parts = parts;
  }

  /** Keeps bytes for an hour. `base`: see `Call.base`. Returns an address that needs no key. */
  async link(bytes: Uint8Array, type: string, base: string): Promise<string> {
    const { blobs, clock } = this.#parts;
    const id = `media_${randomBytes(16).toString('hex')}`;
    const now = wallTime(clock);
    if (!(await blobs.put(id, bytes, { type, now, expiresAt: now + hour })))
      throw new GatewayError(
        'VE_STORE_FAILED',
        {},
        { cause: new RangeError('the file is larger than all the room') },
      );
    return this.sign(`/v1/media/${id}/content`, base, now + hour);
  }

  /** Where one of the files is that a task has made. */
  linkTask({ id, operation, expiresAt }: TaskRecord, index: number, base: string): string {
    const name = index === 0 ? id : `${id}~${index}`;
    const path = operation === 'video' ? `/v1/videos/${name}/content` : `/v1/media/${name}/content`;
    const now = wallTime(this.#parts.clock);
    // What the upstream has forgotten is told there, and not by an address that has expired before it was given.
    return this.sign(path, base, expiresAt !== undefined && expiresAt > now ? expiresAt : now + day);
  }

  /** Where a picture is of how far a task has come; good for a while. */
  linkPreview({ id }: TaskRecord, base: string): string {
    return this.sign(`/v1/media/${id}~${preview}/content`, base, wallTime(this.#parts.clock) + hour);
  }

  /** `path`: below the mount. `expiresAt`: milliseconds since the epoch. */
  sign(path: string, base: string, expiresAt: number): string {
    return this.address(this.#parts.signer.sign(path, expiresAt), base);
  }

  /** Where callers reach what is at a path below the mount. */
  address(path: string, base: string): string {
    return (this.#parts.publicUrl ?? base) + path;
  }

  /**
   * Who is let in by the address of a request, where it is one that was handed out: `anyone`, who finds what it names.
   *
   * @throws GatewayError `VE_LINK_INVALID` where it was not handed out so, or is not good any more
   */
  ownerBy(route: Route, { path, query }: Pick<Exchange, 'path' | 'query'>): typeof anyone | undefined {
    if (!isSigned(route)) return undefined;
    // Its body is signed.
    if (route.operation === 'webhook') return anyone;
    const { signer, clock } = this.#parts;
    const asked = new URLSearchParams(query);
    if (route.operation !== 'get-file' && !asked.has('sig')) return undefined;
    const checked = signer.check(path, asked, wallTime(clock));
    if (checked !== 'good') throw new GatewayError('VE_LINK_INVALID', { reason: checked });
    return anyone;
  }

  fetch(url: string, upstream: string | undefined): Promise<Download> {
    return this.#parts.fetch(url, upstream);
  }

  /** A file that is kept, or the part of it that is asked for. @throws GatewayError `VE_FILE_NOT_FOUND` */
  async answer(id: string, range: unknown): Promise<Answer> {
    const { blobs, clock } = this.#parts;
    const info = await blobs.find(id, wallTime(clock));
    if (info === undefined) throw new GatewayError('VE_FILE_NOT_FOUND', { id });
    const { type, size } = info;
    const headers: HeaderMap = {
      'content-type': type,
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=3600',
      // What an upstream has made is never to run as a page of the host's.
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    };
    const asked = readRange(range, size);
    if (asked === 'unsatisfiable')
      return {
        kind: 'verbatim',
        status: 416,
        headers: { ...headers, 'content-range': `bytes */${size}` },
        body: Buffer.alloc(0),
      };
    const { start, end } = asked ?? { start: 0, end: size };
    const body = await blobs.read(id, start, end);
    if (body === undefined) throw new GatewayError('VE_FILE_NOT_FOUND', { id });
    if (asked === undefined) return { kind: 'verbatim', status: 200, headers, body };
    const part = { ...headers, 'content-range': `bytes ${start}-${end - 1}/${size}` };
    return { kind: 'verbatim', status: 206, headers: part, body };
  }
}
