import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Where decoded bytes go, and how their source is slowed down. */
export interface DecodeTarget {
  data(chunk: Buffer): void;
  end(): void;
  error(error: Error): void;
  pause(): void;
  resume(): void;
}

/** Takes the compression off an answer that came compressed although none was asked for. */
export interface BodyDecoder {
  write(chunk: Buffer): void;
  end(): void;
  pause(): void;
  resume(): void;
  destroy(): void;
}

/** Each piece goes to another thread and back: fewer of them, and larger. */
const options = { chunkSize: 65_536 };
const makers: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(options),
  'x-gzip': () => createGunzip(options),
  deflate: () => createInflate(options),
  br: () => createBrotliDecompress(options),
};

/** Undefined for a coding that is not known. Memory stays bounded: what is decoded waits for the target. */
export function decodeBody(coding: string, target: DecodeTarget): BodyDecoder | undefined {
  const transform = Object.hasOwn(makers, coding) ? makers[coding]?.() : undefined;
  if (transform === undefined) return undefined;
  transform.on('data', (chunk: Buffer) => target.data(chunk));
  transform.on('end', () => target.end());
  transform.on('error', (error) => target.error(error));
  transform.on('drain', () => target.resume());
  return {
    write: (chunk) => {
      if (!transform.write(chunk)) target.pause();
    },
    end: () => transform.end(),
    pause: () => transform.pause(),
    resume: () => transform.resume(),
    destroy: () => transform.destroy(),
  };
}
