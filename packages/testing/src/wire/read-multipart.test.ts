import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMultipart } from './read-multipart.ts';

const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !/[\r\n"%\\]/.test(text));
const field = fc.record({ name, value: fc.string() });
const file = fc.record({ name, filename: name, bytes: fc.uint8Array({ maxLength: 200 }) });

/** The form as Node writes it. */
async function write(form: FormData): Promise<{ type: string; body: Buffer }> {
  const written = new Response(form);
  return { type: written.headers.get('content-type') ?? '', body: Buffer.from(await written.arrayBuffer()) };
}

test('reads what Node writes, byte for byte and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(field), fc.array(file), async (fields, files) => {
      const form = new FormData();
      for (const { name: key, value } of fields) form.append(key, value);
      for (const { name: key, filename, bytes } of files) form.append(key, new Blob([bytes]), filename);
      const { type, body } = await write(form);
      const parts = readMultipart(type, body);
      const texts = parts?.filter(({ filename }) => filename === undefined);
      // A form's line ends are CRLF, whatever they were.
      expect(texts?.map((part) => [part.name, part.bytes.toString('utf8')])).toEqual(
        fields.map(({ name: key, value }) => [key, value.replaceAll(/\r\n|\r|\n/g, '\r\n').toWellFormed()]),
      );
      const read = parts?.filter(({ filename }) => filename !== undefined);
      expect(read?.map((part) => [part.name, part.filename, [...part.bytes]])).toEqual(
        files.map(({ name: key, filename, bytes }) => [key, filename, [...bytes]]),
      );
    }),
    { numRuns: 50 },
  );
});

test('a form that is cut anywhere is no form', async () => {
  const form = new FormData();
  form.append('model', 'whisper-1');
  form.append('file', new Blob(['bytes']), 'a.wav');
  const { type, body } = await write(form);
  expect(readMultipart(type, body)).toHaveLength(2);
  // The last line end, and what is after the last boundary, say nothing.
  for (let end = 0; end < body.lastIndexOf('--') + 1; end += 1) {
    expect(readMultipart(type, body.subarray(0, end))).toBeUndefined();
  }
});

test('another content type is no form', () => {
  expect(readMultipart('application/json', Buffer.from('{}'))).toBeUndefined();
  expect(readMultipart(undefined, Buffer.from(''))).toBeUndefined();
  expect(readMultipart('multipart/form-data', Buffer.from('--'))).toBeUndefined();
});
