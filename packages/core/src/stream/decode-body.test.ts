import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { type DecodeTarget, decodeBody } from './decode-body.ts';

function makeTarget() {
  const { promise: over, resolve } = Promise.withResolvers<string>();
  const pieces: Buffer[] = [];
  const target: DecodeTarget = {
    data: (chunk) => pieces.push(chunk),
    end: () => resolve(Buffer.concat(pieces).toString()),
    error: (error) => resolve(`error: ${error.message}`),
    pause: vi.fn<() => void>(),
    resume: vi.fn<() => void>(),
  };
  return { target, over };
}

const text = 'data: {"é":1}\n\n'.repeat(1000);

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('takes %s off, however it is cut', async (coding, compress) => {
  const { target, over } = makeTarget();
  const decoder = decodeBody(coding, target);
  for (const byte of compress(text)) decoder?.write(Buffer.from([byte]));
  decoder?.end();
  expect(await over).toBe(text);
});

test.each(['', 'zstd', 'gzip, br', 'constructor', '__proto__'])('does not know %j', (coding) => {
  expect(decodeBody(coding, makeTarget().target)).toBeUndefined();
});

test('tells of bytes that are not what they were said to be, and of a body that breaks off', async () => {
  const garbage = makeTarget();
  decodeBody('gzip', garbage.target)?.write(Buffer.from('not gzip at all'));
  expect(await garbage.over).toMatch(/^error: /);
  const half = makeTarget();
  const decoder = decodeBody('gzip', half.target);
  decoder?.write(gzipSync(text).subarray(0, 30));
  decoder?.end();
  expect(await half.over).toMatch(/^error: unexpected end/);
});

test('unpacks nothing that nobody takes, and pauses the source', () => {
  const { target } = makeTarget();
  const taken = vi.fn<(chunk: Buffer) => void>();
  const paused = vi.fn<() => void>();
  target.data = taken;
  target.pause = paused;
  const decoder = decodeBody('gzip', target);
  decoder?.pause();
  const compressed = gzipSync(randomBytes(1_048_576));
  for (let at = 0; at < compressed.length; at += 4096) decoder?.write(compressed.subarray(at, at + 4096));
  expect(paused).toHaveBeenCalled();
  expect(taken).not.toHaveBeenCalled();
  decoder?.destroy();
});
