import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors.ts';

/** What stands before the bytes of a part. */
export interface PartHead {
  readonly name: string;
  /** Undefined for a field. */
  readonly file: { readonly name: string; readonly type: string } | undefined;
}

/** Bytes of all the headers of one part. */
const headerLimit = 16_384;
const longestName = 512;
/** What is one of these is no text, also where it has no file name. */
const binary = /^(?:audio|image|video)\/|^application\/octet-stream$/;

/**
 * `header`: as the parser gives it, lists of values by names in lower case, a character for a byte.
 *
 * @throws GatewayError `VE_BODY_INVALID` for a part that is no part of a form
 */
export function readPartHead(header: object): PartHead {
  const values = new Map<string, string>();
  let size = 0;
  for (const [name, value] of Object.entries(header)) {
    const [first = '', ...more]: string[] = Array.isArray(value) ? value.map(String) : [];
    size += name.length + first.length + more.join('').length;
    if (more.length > 0 && name === 'content-disposition') throw invalid('a part is named twice');
    values.set(name, first);
  }
  if (size > headerLimit) throw invalid(`the headers of a part are larger than ${headerLimit} bytes`);
  const encoding = values.get('content-transfer-encoding')?.trim() ?? '7bit';
  if (!/^(?:7bit|8bit|binary)$/i.test(encoding))
    throw invalid('a part is encoded; send its bytes as they are');
  const disposition = readDisposition(values.get('content-disposition'));
  const name = disposition.get('name');
  if (name === undefined || name === '') throw invalid('a part has no name');
  if (name.length > longestName) throw invalid(`a name is longer than ${longestName} characters`);
  const type = values.get('content-type')?.trim() ?? '';
  const fileName = disposition.get('filename*') ?? disposition.get('filename');
  if (fileName === undefined && !binary.test(type.toLowerCase())) return { name, file: undefined };
  return { name, file: { name: fileName ?? '', type: type === '' ? 'application/octet-stream' : type } };
}

const parameter = /\s*;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/y;

/** The parameters of `form-data; name="…"`. Only a quote and a backslash are escaped by a backslash: Windows has paths with them. */
function readDisposition(value: string | undefined): ReadonlyMap<string, string> {
  const start = /^\s*form-data/i.exec(value ?? '')?.[0];
  if (value === undefined || start === undefined)
    throw invalid('a part has no "content-disposition: form-data"');
  const found = new Map<string, string>();
  parameter.lastIndex = start.length;
  let end = start.length;
  for (let match = parameter.exec(value); match !== null; match = parameter.exec(value)) {
    end = parameter.lastIndex;
    const [, key = '', quoted, plain = ''] = match;
    const name = key.toLowerCase();
    if (found.has(name)) throw invalid('a part is named twice');
    const text = quoted?.replace(/\\(["\\])/g, '$1') ?? plain;
    found.set(name, name.endsWith('*') ? decodeExtended(text) : decodeName(text));
  }
  if (!/^\s*;?\s*$/.test(value.slice(end))) throw invalid('the "content-disposition" of a part is malformed');
  return found;
}

/** Browsers write a quote and line breaks as `%22`, `%0D` and `%0A` (https://html.spec.whatwg.org/#multipart-form-data), and leave `%` as it is. */
function decodeName(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const name = isUtf8(bytes) ? bytes.toString('utf8') : text;
  return checked(
    name.replace(/%(22|0d|0a)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  );
}

/** `UTF-8''na%C3%AFve.mp3` (https://www.rfc-editor.org/rfc/rfc5987), which forms should not have and some clients send. */
function decodeExtended(text: string): string {
  try {
    return checked(decodeURIComponent(text.replace(/^utf-8'[^']*'/i, '')));
  } catch (error) {
    if (GatewayError.isInstance(error)) throw error;
    throw invalid('the "content-disposition" of a part is malformed');
  }
}

/** Names are told again, in headers and errors. */
function checked(name: string): string {
  if (/\p{Cc}/u.test(name)) throw invalid('a name has a control character in it');
  return name;
}

function invalid(reason: string): GatewayError {
  return new GatewayError('VE_BODY_INVALID', { reason });
}
