import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call } from '../protocol/call.ts';
import type { Form, UploadedFile } from '../protocol/media.ts';
import { fieldsOf, listOf, parseJson, stringOf } from './shared/read.ts';

/** What a call for media is billed by, as far as the caller says. */
export interface MediaWish {
  /** How many are to be made. */
  readonly n: number;
  readonly seconds: number | undefined;
  readonly size: string | undefined;
  readonly quality: string | undefined;
  /** Of what is to be spoken. */
  readonly characters: number;
  /** Of a reranker. */
  readonly documents: number;
  /** Bytes of all that is said. */
  readonly text: number;
  /** Bytes of that which are in a form: those of JSON are counted elsewhere. */
  readonly bytes: number;
  /** Pictures that came as files of a form. */
  readonly images: number;
  /** Bytes of files. */
  readonly files: number;
  /** Length of a recording, where its first bytes say it. */
  readonly soundSeconds: number | undefined;
}

/** Tokens of a picture that is sent along: see `bound-prompt.ts`. */
const perImage = 10_000;

export function readMediaWish(call: Call): MediaWish {
  return call.form === undefined ? wishOfJson(call) : wishOfForm(call.form);
}

function wishOfJson({ bytes }: Call): MediaWish {
  const body = fieldsOf(parseJson(Buffer.from(bytes).toString('utf8')));
  const input = stringOf(body['input']) ?? '';
  return {
    ...askedIn((name) => body[name]),
    characters: input.length,
    documents: listOf(body['documents']).length,
    text: bytes.byteLength,
    bytes: 0,
    images: 0,
    files: 0,
    soundSeconds: undefined,
  };
}

function wishOfForm({ fields, files }: Form): MediaWish {
  const text = fields.reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0);
  const pictures = files.filter(([, { type }]) => !type.startsWith('audio/')).length;
  const [sound] = files.map(([, file]) => lengthOf(file)).filter((seconds) => seconds !== undefined);
  const said = new Map(fields);
  return {
    ...askedIn((name) => said.get(name)),
    characters: (said.get('input') ?? '').length,
    documents: 0,
    text,
    bytes: text + pictures * perImage,
    images: pictures,
    files: files.reduce((sum, [, { size }]) => sum + size, 0),
    soundSeconds: sound,
  };
}

/** Under the names of OpenAI and of those who have others. */
function askedIn(field: (name: string) => unknown): Pick<MediaWish, 'n' | 'seconds' | 'size' | 'quality'> {
  const word = (...names: readonly string[]): string | undefined =>
    names
      .map(field)
      .find((value): value is string => typeof value === 'string' && value !== '' && value !== 'auto');
  const count = (...names: readonly string[]): number | undefined =>
    names.map((name) => Number(field(name) ?? Number.NaN)).find((value) => value > 0);
  return {
    n: Math.ceil(count('n', 'number_of_images', 'batch_size') ?? 1),
    seconds: count('seconds', 'duration', 'duration_seconds', 'durationSeconds'),
    size: word('resolution', 'size'),
    quality: word('quality'),
  };
}

/** Bytes before the samples of a WAV file. */
const wavHead = 44;

/** Only what is not compressed says it at its start: https://docs.fileformat.com/audio/wav. */
function lengthOf({ start, size }: UploadedFile): number | undefined {
  const head = bufferOf(start);
  const isWav =
    head.length >= wavHead &&
    head.toString('latin1', 0, 4) === 'RIFF' &&
    head.toString('latin1', 8, 12) === 'WAVE';
  const bytesPerSecond = isWav ? head.readUInt32LE(28) : 0;
  // Less than any real one would make it shorter than it is.
  return bytesPerSecond >= 1000 && bytesPerSecond <= 1_536_000 ? Math.ceil(size / bytesPerSecond) : undefined;
}
