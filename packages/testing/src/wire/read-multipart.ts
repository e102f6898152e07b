/** A part of a form. */
export interface FormPart {
  readonly name: string;
  /** Undefined for a field that is no file. */
  readonly filename: string | undefined;
  /** The part's own content type; undefined where it has none. */
  readonly contentType: string | undefined;
  readonly bytes: Buffer;
}

/**
 * The parts of a `multipart/form-data` body in their order (https://www.rfc-editor.org/rfc/rfc7578); undefined where the
 * content type is another, or the body is not what it says, such as one that was cut.
 */
export function readMultipart(contentType: string | undefined, body: Buffer): FormPart[] | undefined {
  const boundary = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '');
  if (boundary === null) return undefined;
  const mark = Buffer.from(`\r\n--${boundary[1] ?? boundary[2]}`);
  // The first boundary has no line end of its own before it.
  const text = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: FormPart[] = [];
  let at = text.indexOf(mark);
  while (at !== -1) {
    const start = at + mark.length;
    if (text.toString('latin1', start, start + 2) === '--') return parts;
    at = text.indexOf(mark, start);
    const part = at === -1 ? undefined : readPart(text.subarray(start + 2, at));
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return undefined;
}

function readPart(bytes: Buffer): FormPart | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.toString('utf8', 0, end);
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(head)?.[1] ?? '';
  const name = parameterOf(disposition, 'name');
  if (name === undefined) return undefined;
  return {
    name,
    filename: parameterOf(disposition, 'filename'),
    contentType: /^content-type:\s*(.*)$/im.exec(head)?.[1]?.trim(),
    bytes: bytes.subarray(end + 4),
  };
}

/** Browsers and Node write a quote in a name as %22. */
function parameterOf(disposition: string, name: string): string | undefined {
  const [, quoted, bare] =
    new RegExp(`(?:^|[;\\s])${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(disposition) ?? [];
  return (quoted ?? bare)?.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}
