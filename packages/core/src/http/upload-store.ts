import { type FileHandle, mkdtemp, open, rm, rmdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '../errors.ts';
import type { UploadedFile } from '../protocol/media.ts';
import { GrowingBytes } from '../stream/growing-bytes.ts';
import type { PartHead } from './read-part-head.ts';

/** Bytes of all files of one request that are held in memory. */
const heldLimit = 1_048_576;
/** Bytes that are shown of the beginning of a file. */
const startLimit = 4_096;
/** Small pieces are collected sooner: with 64 KB, 50 MB of them pile up before anybody clears them away. */
const readSize = 16_384;
const nothing = Buffer.alloc(0);

/**
 * The files of one request: in memory up to 1 MB all together, the rest in one temporary file that has no name any more as
 * soon as it is open, so that nothing is left of it however the process ends.
 */
export class UploadStore {
  readonly #mayWrite: boolean;
  #held = 0;
  #spool: Spool | undefined;
  #isOver = false;

  /** `mayWrite`: whether there may be a temporary file. */
  constructor(mayWrite: boolean) {
    this.#mayWrite = mayWrite;
  }

  /** One file at a time. */
  begin(name: string, { name: fileName, type }: NonNullable<PartHead['file']>): Upload {
    return { name, fileName, type, start: nothing, bytes: new GrowingBytes(), at: undefined, size: 0 };
  }

  /** @throws GatewayError `VE_BODY_TOO_LARGE` for what would have to be written and may not */
  async append(upload: Upload, data: Buffer): Promise<void> {
    if (upload.start.length < startLimit)
      upload.start = Buffer.concat([upload.start, data.subarray(0, startLimit - upload.start.length)]);
    upload.size += data.length;
    if (upload.at === undefined && this.#held + data.length <= heldLimit) {
      this.#held += data.length;
      upload.bytes.append(data);
      return;
    }
    if (!this.#mayWrite)
      throw new GatewayError('VE_BODY_TOO_LARGE', { limit: heldLimit, parameter: upload.name });
    const spool = (this.#spool ??= await openSpool());
    if (upload.at === undefined) {
      upload.at = spool.size;
      this.#held -= upload.bytes.length;
      await spool.append(upload.bytes.take());
    }
    await spool.append(data);
  }

  finish({ fileName, type, start, bytes, at, size }: Upload): UploadedFile {
    const file = { name: fileName, type, size, start };
    if (at === undefined) {
      const held = bytes.take();
      return { ...file, open: () => this.#readHeld(held) };
    }
    return { ...file, open: () => this.#readSpool(at, size) };
  }

  /** Nothing of the files is left after it. */
  async dispose(): Promise<void> {
    this.#isOver = true;
    const spool = this.#spool;
    this.#spool = undefined;
    await spool?.dispose();
  }

  async *#readHeld(bytes: Buffer): AsyncGenerator<Uint8Array> {
    if (this.#isOver) throw new Error('the request is over, and its files are gone');
    if (bytes.length > 0) yield bytes;
  }

  async *#readSpool(at: number, size: number): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < size; ) {
      const spool = this.#spool;
      if (spool === undefined) throw new Error('the request is over, and its files are gone');
      const bytes = await spool.read(at + done, Math.min(readSize, size - done));
      done += bytes.length;
      yield bytes;
    }
  }
}

/** A file that is still coming in. */
export interface Upload {
  /** Of the field. */
  readonly name: string;
  readonly fileName: string;
  readonly type: string;
  start: Buffer;
  readonly bytes: GrowingBytes;
  /** Where it begins in the temporary file; undefined while it is in memory. */
  at: number | undefined;
  size: number;
}

/** A temporary file that only this process can read. */
class Spool {
  readonly #handle: FileHandle;
  /** Undefined where it is gone already. */
  readonly #directory: string | undefined;
  #size = 0;

  constructor(handle: FileHandle, directory: string | undefined) {
    this.#handle = handle;
    this.#directory = directory;
  }

  get size(): number {
    return this.#size;
  }

  async append(data: Buffer): Promise<void> {
    for (let done = 0; done < data.length; ) {
      const { bytesWritten } = await this.#handle.write(data, done, data.length - done, this.#size);
      done += bytesWritten;
      this.#size += bytesWritten;
    }
  }

  async read(at: number, size: number): Promise<Buffer> {
    // Not from the pool: whoever sends it keeps it until it is gone.
    const bytes = Buffer.allocUnsafeSlow(size);
    const { bytesRead } = await this.#handle.read(bytes, 0, size, at);
    if (bytesRead === 0) throw new Error('the temporary file is shorter than what was written to it');
    return bytes.subarray(0, bytesRead);
  }

  async dispose(): Promise<void> {
    await this.#handle.close().catch(ignore);
    if (this.#directory !== undefined) await remove(this.#directory);
  }
}

async function openSpool(): Promise<Spool> {
  const directory = await mkdtemp(join(tmpdir(), 'vector-engine-'));
  try {
    const path = join(directory, 'upload');
    const handle = await open(path, 'wx+', 0o600);
    try {
      await unlink(path);
      await rmdir(directory);
      return new Spool(handle, undefined);
    } catch {
      // Windows keeps a file that is open.
      return new Spool(handle, directory);
    }
  } catch (error) {
    await remove(directory);
    throw error;
  }
}

function remove(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 3 }).catch(ignore);
}

const ignore = (): void => {};
