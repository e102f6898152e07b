import { expect, test } from 'vitest';
import { toBase64, toFloats } from '../../packages/core/src/media/embeddings/convert-vector.ts';
import { embeddingsFamily } from '../../packages/core/src/media/embeddings/family.ts';
import { openaiEmbeddings } from '../../packages/core/src/media/embeddings/formats/openai.ts';
import type { MediaContext } from '../../packages/core/src/protocol/media.ts';

/** Numbers of an answer, as many as 65 texts have with 1,536 dimensions. */
const count = 100_000;
const dimensions = 1000;
const rounds = 15;

const vectors = Array.from({ length: count / dimensions }, (_, row) =>
  Array.from({ length: dimensions }, (_number, column) => Math.fround(Math.sin(row * dimensions + column))),
);
const input = vectors.map((_, index) => `text ${index}`);
const answerOf = (embeddings: readonly (string | readonly number[])[]): Buffer =>
  Buffer.from(
    JSON.stringify({ data: embeddings.map((embedding, index) => ({ index, embedding })), model: 'm' }),
  );
const floats = answerOf(vectors);
const base64 = answerOf(vectors.map(toBase64));
// Neither a link nor a download is asked for.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const context = { model: 'm', now: 0 } as MediaContext;

/** Milliseconds; of a machine that has other things to do, the quietest round counts. */
function time(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function convert(body: Buffer, encoding: 'float' | 'base64'): unknown {
  const request = embeddingsFamily.parseRequest({ json: { model: 'm', input, encoding_format: encoding } });
  const result = openaiEmbeddings.parseAnswer({ headers: {}, body }, request);
  return embeddingsFamily.renderAnswer(result, request, context);
}

test('100,000 numbers are converted about as fast as they are read and written as JSON', () => {
  const asJson = time(() => Buffer.from(JSON.stringify(JSON.parse(floats.toString()))));
  const figures = {
    'numbers to Base64': time(() => convert(floats, 'base64')) / asJson,
    'Base64 to numbers': time(() => convert(base64, 'float')) / asJson,
    'Base64 to Base64': time(() => convert(base64, 'base64')) / asJson,
    'the conversion alone, to Base64': time(() => vectors.map(toBase64)) / asJson,
    'the conversion alone, from Base64':
      time((encoded = vectors.map(toBase64)) => encoded.map(toFloats)) / asJson,
  };
  for (const [what, ratio] of Object.entries(figures))
    console.info(`${what}: ${ratio.toFixed(2)} of JSON.parse and JSON.stringify (${asJson.toFixed(1)} ms)`);
  // What is written in the end are digits: they cost more than all the rest.
  for (const ratio of Object.values(figures)) expect(ratio).toBeLessThan(1.3);
  expect(figures['Base64 to Base64']).toBeLessThan(0.3);
  expect(figures['the conversion alone, to Base64']).toBeLessThan(0.2);
  expect(figures['the conversion alone, from Base64']).toBeLessThan(0.2);
});
