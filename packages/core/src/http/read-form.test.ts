import { Buffer } from 'node:buffer';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  nat,
  oneof,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Form, UploadedFile } from '../protocol/media.ts';
import { writeForm } from '../upstreams/write-form.ts';
import { readForm } from './read-form.ts';

const usual = process.env['TMPDIR'];
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'form-test-'));
  process.env['TMPDIR'] = directory;
});
afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  rmSync(directory, { recursive: true });
});

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return pieces;
}

/** Temporary files of forms that this process has open. */
function openSpools(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.includes('vector-engine-') ? [path] : [];
    } catch {
      return [];
    }
  });
}

function fileOf(name: string, type: string, bytes: Uint8Array): UploadedFile {
  async function* open(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return { name, type, size: bytes.length, start: bytes.subarray(0, 4_096), open };
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await collect(source));
}

async function* cut(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  for (const [index, place] of [0, ...places].entries()) yield bytes.subarray(place, places[index]);
}

async function contentOf({ fields, files }: Form): Promise<unknown> {
  const read = files.map(async ([name, file]) => ({
    name,
    fileName: file.name,
    type: file.type,
    size: file.size,
    start: Buffer.from(file.start).toString('hex'),
    bytes: (await bytesOf(file.open())).toString('hex'),
  }));
  return { fields, files: await Promise.all(read) };
}

/** A form as somebody else might send it. */
function raw(...parts: readonly (readonly [head: string, body: string | Buffer])[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(([head, body]) => [
      Buffer.from(`--x\r\n${head}\r\n\r\n`),
      Buffer.from(body),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--x--\r\n'),
  ]);
}

const reading = { type: 'multipart/form-data; boundary=x', spool: true };
const field = (name: string): string => `Content-Disposition: form-data; name="${name}"`;
const upload = `${field('file')}; filename="a.wav"`;

describe('readForm', () => {
  const name = string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter(
    // Others are refused, or are written in another way.
    (text) => text.isWellFormed() && !/\p{Cc}|%(?:22|0d|0a)/iu.test(text) && text.trim() === text,
  );
  const bytes = array(
    oneof(
      uint8Array({ maxLength: 40 }),
      constantFrom(
        ...['\r\n', '\r\n--', '--', '\r', '\r\n--vector-engine-'].map((text) => Buffer.from(text)),
      ),
    ),
  ).map((pieces) => Buffer.concat(pieces));
  const text = string({ unit: 'binary' }).filter((value) => value.isWellFormed());

  test('what was written is read again, any names, any bytes, wherever they are cut', async () => {
    await assert(
      asyncProperty(
        record({
          fields: array(tuple(name, text), { maxLength: 5 }),
          files: array(
            tuple(
              name,
              tuple(name, constantFrom('audio/wav', 'text/plain; charset=utf-8'), bytes).map((all) =>
                fileOf(...all),
              ),
            ),
            { maxLength: 4 },
          ),
        }),
        array(nat(), { maxLength: 60 }),
        async (form, cuts) => {
          const written = writeForm(form);
          const sent = await bytesOf(written.open());
          expect(sent).toHaveLength(written.size ?? -1);
          const read = await readForm(cut(sent, cuts), { type: written.type ?? '', spool: false });
          expect(await contentOf(read)).toEqual(await contentOf(form));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('what was written is read by Node itself the same, quotes and line breaks in names included', async () => {
    const form = {
      fields: [
        ['a "quoted"\r\nname', 'a\r\nb'],
        ['ü', ''],
      ] as const,
      files: [
        ['file', fileOf('"naïve"\n.mp3', 'audio/mpeg\r\nx-more: 1', Buffer.from([0, 13, 10, 255]))],
      ] as const,
    };
    const { type = '', ...written } = writeForm(form);
    const read = await new Response(await bytesOf(written.open()), {
      headers: { 'content-type': type },
    }).formData();
    expect([...read.keys()]).toEqual(['a "quoted"\r\nname', 'ü', 'file']);
    expect([read.get('a "quoted"\r\nname'), read.get('ü')]).toEqual(['a\r\nb', '']);
    const sent = read.get('file');
    if (!(sent instanceof File)) throw new Error('it is no file');
    expect(sent).toMatchObject({ name: '"naïve"\n.mp3', type: 'application/octet-stream' });
    expect(Buffer.from(await sent.arrayBuffer())).toEqual(Buffer.from([0, 13, 10, 255]));
  });

  test('a form that is written can be sent twice', async () => {
    const written = writeForm({
      fields: [['a', 'b']],
      files: [['f', fileOf('f', 'audio/wav', Buffer.from('bytes'))]],
    });
    expect(await bytesOf(written.open())).toEqual(await bytesOf(written.open()));
  });

  test.each([
    ['backslashes of Windows', 'filename="C:\\temp\\a.wav"', 'C:\\temp\\a.wav'],
    ['a quote escaped by a backslash', 'filename="say \\"hi\\".wav"', 'say "hi".wav'],
    ['a quote escaped as browsers do', 'filename="say %22hi%22.wav"', 'say "hi".wav'],
    ['no quotes', 'filename=a.wav', 'a.wav'],
    ['a semicolon inside', 'filename="a;b.wav"', 'a;b.wav'],
    ['RFC 5987', `filename="x"; filename*=UTF-8''na%C3%AFve.wav`, 'naïve.wav'],
    ['Latin-1', Buffer.from('filename="na\u00efve.wav"', 'latin1').toString('latin1'), 'naïve.wav'],
  ])('a file name with %s is understood', async (_what, parameter, expected) => {
    const head = Buffer.from(`${field('file')}; ${parameter}`, expected === 'naïve.wav' ? 'latin1' : 'utf8');
    const body = Buffer.concat([Buffer.from('--x\r\n'), head, Buffer.from('\r\n\r\nabc\r\n--x--')]);
    const { files } = await readForm(cut(body, []), reading);
    expect(files.map(([, { name: fileName, size }]) => [fileName, size])).toEqual([[expected, 3]]);
  });

  test('a part that says it is sound is a file, also without a name', async () => {
    const body = raw(
      [`${field('file')}\r\nContent-Type: audio/ogg`, 'OggS'],
      [`${field('a')}\r\nContent-Type: text/plain`, 'b'],
    );
    const { files, fields } = await readForm(cut(body, []), reading);
    expect(files.map(([, { name: fileName, type }]) => [fileName, type])).toEqual([['', 'audio/ogg']]);
    expect(fields).toEqual([['a', 'b']]);
  });

  test.each<[what: string, type: string, body: Buffer, reason: string]>([
    ['no boundary', 'multipart/form-data', raw(), 'its content type names no boundary'],
    [
      'a boundary that is too long',
      `multipart/form-data; boundary=${'x'.repeat(201)}`,
      raw(),
      'its boundary is too long',
    ],
    ['nothing in it', reading.type, Buffer.alloc(0), 'it ends before its last boundary'],
    ['another boundary', reading.type, Buffer.from('--y\r\n\r\n--y--'), 'it ends before its last boundary'],
    ['no end', reading.type, raw([field('a'), 'b']).subarray(0, -6), 'it ends before its last boundary'],
    [
      'an end inside a header',
      reading.type,
      Buffer.from('--x\r\nContent-Dispo'),
      'it ends before its last boundary',
    ],
    ['a part without headers', reading.type, Buffer.from('--x\r\nabc\r\n--x--\r\n'), 'a part has no headers'],
    [
      'a part without a name',
      reading.type,
      raw(['Content-Disposition: form-data', 'b']),
      'a part has no name',
    ],
    [
      'a part that is no part of a form',
      reading.type,
      raw(['Content-Type: text/plain', 'b']),
      'a part has no "content-disposition: form-data"',
    ],
    [
      'a part with two names',
      reading.type,
      raw(['Content-Disposition: form-data; name="a"; name="b"', 'b']),
      'a part is named twice',
    ],
    [
      'a part with two dispositions',
      reading.type,
      raw([`${field('a')}\r\n${field('b')}`, 'b']),
      'a part is named twice',
    ],
    [
      'a quote that does not end',
      reading.type,
      raw(['Content-Disposition: form-data; name="a', 'b']),
      'the "content-disposition" of a part is malformed',
    ],
    [
      'a line break in a name',
      reading.type,
      raw([field('a%0D%0Aset-cookie: b'), 'b']),
      'a name has a control character in it',
    ],
    [
      'an endless name',
      reading.type,
      raw([field('n'.repeat(600)), 'b']),
      'a name is longer than 512 characters',
    ],
    [
      'endless headers',
      reading.type,
      raw([`${field('a')}\r\nX-More: ${'x'.repeat(200_000)}`, 'b']),
      'the headers of a part are larger than 16384 bytes',
    ],
    [
      'Base64',
      reading.type,
      raw([`${upload}\r\nContent-Transfer-Encoding: base64`, 'AAAA']),
      'a part is encoded; send its bytes as they are',
    ],
    [
      'a field that is no text',
      reading.type,
      raw([field('a'), Buffer.from([0xff])]),
      "the field 'a' is not UTF-8",
    ],
    [
      'too many fields',
      reading.type,
      raw(...Array.from({ length: 257 }, () => [field('a'), 'b'] as const)),
      'it has more than 256 parts',
    ],
    [
      'too many files',
      reading.type,
      raw(...Array.from({ length: 65 }, () => [upload, 'b'] as const)),
      'it has more than 64 files',
    ],
  ])('a form with %s is refused, and the reason is told', async (_what, type, body, reason) => {
    const refused = readForm(cut(body, []), { type, spool: true });
    await expect(refused).rejects.toMatchObject({ code: 'VE_BODY_INVALID', details: { reason } });
    const inPieces = readForm(cut(body, Array.from(body.subarray(0, 3_000).keys())), { type, spool: true });
    await expect(inPieces).rejects.toMatchObject({ code: 'VE_BODY_INVALID', details: { reason } });
  });

  test('fields that are too large all together are refused', async () => {
    const value = 'x'.repeat(6_000_000);
    const body = raw([field('a'), value], [field('b'), value], [field('c'), value]);
    const refused = readForm(cut(body, []), reading);
    await expect(refused).rejects.toMatchObject({
      code: 'VE_BODY_TOO_LARGE',
      details: { limit: 16_777_216 },
    });
  });

  describe('files of more than 1 MB', () => {
    const large = Buffer.alloc(700_000, 'large');
    const body = raw([upload, large], [field('a'), 'b'], [upload, large], [upload, large]);

    test('are on the disk without a name, can be read again and again, and are gone in the end', async () => {
      const form = await readForm(cut(body, [65_536, 131_072, 900_000]), reading);
      expect(openSpools()).toHaveLength(1);
      expect(openSpools()[0]).toContain('(deleted)');
      expect(readdirSync(directory)).toEqual([]);
      for (const [, sent] of [...form.files, ...form.files])
        expect((await bytesOf(sent.open())).equals(large)).toBe(true);
      await form.dispose();
      await form.dispose();
      expect(openSpools()).toEqual([]);
      await expect(bytesOf(form.files[2]?.[1].open() ?? cut(large, []))).rejects.toThrow(
        'the request is over',
      );
    });

    test('are gone when the form turns out to be malformed', async () => {
      await expect(readForm(cut(body.subarray(0, -4), []), reading)).rejects.toMatchObject({
        code: 'VE_BODY_INVALID',
      });
      expect(openSpools()).toEqual([]);
      expect(readdirSync(directory)).toEqual([]);
    });

    test('are refused where nothing may be written, and smaller ones are not', async () => {
      const refused = readForm(cut(body, []), { ...reading, spool: false });
      await expect(refused).rejects.toMatchObject({
        code: 'VE_BODY_TOO_LARGE',
        details: { limit: 1_048_576, parameter: 'file' },
      });
      expect(openSpools()).toEqual([]);
      const { files } = await readForm(cut(raw([upload, large]), []), { ...reading, spool: false });
      expect(files[0]?.[1].size).toBe(700_000);
    });

    test('tell of a disk that cannot be written to', async () => {
      process.env['TMPDIR'] = join(directory, 'missing');
      await expect(readForm(cut(body, []), reading)).rejects.toMatchObject({ code: 'ENOENT' });
      process.env['TMPDIR'] = directory;
    });
  });
});
