import { constants, createGzip } from 'node:zlib';
import { type PlannedAnswer, withoutLength } from '../server/plan-answer.ts';

const mebibyte = 1024 * 1024;

/** The same answer behind `content-encoding: gzip`, each event flushed on its own; or a bomb of zero bytes. */
export function compressAnswer(answer: PlannedAnswer, inflatedBytes: number | undefined): PlannedAnswer {
  const source = inflatedBytes === undefined ? answer.events : zeros(inflatedBytes);
  return {
    ...answer,
    headers: { ...withoutLength(answer.headers), 'content-encoding': 'gzip' },
    events: compressed(source),
  };
}

async function* compressed(source: PlannedAnswer['events']): AsyncGenerator<Buffer> {
  const gzip = createGzip();
  try {
    for await (const event of source) {
      gzip.write(event);
      await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
      yield* taken(gzip.read());
    }
    const ended = new Promise((resolve) => gzip.once('finish', resolve));
    gzip.end();
    await ended;
    yield* bytesOf(gzip);
  } finally {
    gzip.destroy();
  }
}

/** What is left, as the types of streams do not say that it is bytes. */
function bytesOf(rest: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  return rest;
}

function* taken(piece: Buffer | null): Generator<Buffer> {
  if (piece !== null) yield piece;
}

function* zeros(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= mebibyte) yield Buffer.alloc(Math.min(left, mebibyte));
}
