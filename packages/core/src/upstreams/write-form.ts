import { randomBytes } from 'node:crypto';
import type { BodySource } from '../protocol/body-source.ts';
import type { Form } from '../protocol/media.ts';

/** `multipart/form-data` for an upstream: fields first, then files, each in their order; files are read as they are sent. */
export function writeForm({ fields, files }: Form): BodySource {
  // Nobody can put it into a file before it is known.
  const boundary = `vector-engine-${randomBytes(18).toString('hex')}`;
  const open = `--${boundary}\r\ncontent-disposition: form-data; name="`;
  const texts = fields.map(([name, value]) => `${open}${escapeName(name)}"\r\n\r\n${value}\r\n`);
  const heads = files.map(([name, file]) =>
    Buffer.from(
      `${open}${escapeName(name)}"; filename="${escapeName(file.name)}"\r\ncontent-type: ${plainType(file.type)}\r\n\r\n`,
    ),
  );
  const beginning = Buffer.from(texts.join(''));
  const end = Buffer.from(`--${boundary}--\r\n`);
  const sizes = files.map(([, { size }], index) => (heads[index]?.length ?? 0) + size + lineEnd.length);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    size: sizes.reduce((sum, size) => sum + size, beginning.length + end.length),
    isReplayable: true,
    async *open() {
      let before = beginning;
      for (const [index, [, file]] of files.entries()) {
        yield Buffer.concat([before, heads[index] ?? lineEnd]);
        yield* file.open();
        before = lineEnd;
      }
      yield Buffer.concat([before, end]);
    },
  };
}

const lineEnd = Buffer.from('\r\n');
const escaped: Readonly<Record<string, string>> = { '"': '%22', '\r': '%0D', '\n': '%0A' };

/** As browsers do: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function escapeName(name: string): string {
  return name.replace(/["\r\n]/g, (character) => escaped[character] ?? '');
}

/** What could end the line is no media type. */
function plainType(type: string): string {
  return /^[\x20-\x7e]+$/.test(type) ? type : 'application/octet-stream';
}
