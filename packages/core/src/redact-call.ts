import { ByteCall } from './dialects/shared/byte-call.ts';
import { isObject } from './dialects/shared/read.ts';
import { GatewayError } from './errors.ts';
import { isWord } from './guard/json-places.ts';
import { type JsonEdit, type Redactor, tokensReason } from './guard/redactor.ts';
import { spliceText } from './guard/walk-json.ts';
import { bufferOf } from './protocol/buffer-of.ts';
import type { Call, Span, SplicePoints } from './protocol/call.ts';
import type { JsonObject } from './protocol/json.ts';
import type { Form, UploadedFile } from './protocol/media.ts';
import type { KeptItems, Previous, StoredTurn } from './protocol/previous.ts';

/**
 * The same call without what is not to leave: in its body, its form or what was read of them, and in what was said before.
 *
 * @throws GatewayError `VE_REDACTION_BLOCKED`, `VE_REDACTION_FAILED`, and as `Previous.turns`
 */
export async function redactCall(call: Call, redactor: Redactor, upstream: string): Promise<Call> {
  const { previous, keptItems, form, media } = call;
  const turns = previous && (await redactTurns(previous, redactor, upstream));
  const body = await redactBody(call, redactor);
  const changed = {
    ...body,
    form: form && (await redactForm(form, redactor)),
    media: await redactMedia(call, media, redactor),
    previous: previous && turns && withTurns(previous, turns),
    keptItems: keptItems && withItems(keptItems, redactor),
  };
  // What else a call has, it keeps, whatever that is.
  return Object.assign(new ByteCall(body.bytes, { ...call, ...changed }), { ...call, ...changed });
}

async function redactBody(
  { bytes, operation, splice }: Call,
  redactor: Redactor,
): Promise<{ readonly bytes: Buffer; readonly splice: SplicePoints }> {
  const body = bufferOf(bytes);
  if (body.length === 0) return { bytes: body, splice };
  const text = body.toString('utf8');
  const [edits = []] = await redactor.editJson([text], operation);
  if (edits.length === 0) return { bytes: body, splice };
  const { model, usageOption } = splice;
  const moved = mover(text, edits);
  return {
    bytes: Buffer.from(spliceText(text, edits)),
    splice: {
      ...(model && { model: moved(model) }),
      ...(usageOption && { usageOption: { ...usageOption, span: moved(usageOption.span) } }),
    },
  };
}

/** Where a range of bytes is when the text is edited, none of whose edits is in it. */
function mover(text: string, edits: readonly JsonEdit[]): (span: Span) => Span {
  const shifts: { readonly at: number; readonly by: number }[] = [];
  let from = 0;
  let at = 0;
  for (const { start, end, text: put } of edits) {
    at += Buffer.byteLength(text.slice(from, start));
    const size = Buffer.byteLength(text.slice(start, end));
    shifts.push({ at, by: Buffer.byteLength(put) - size });
    at += size;
    from = end;
  }
  const move = (place: number): number =>
    shifts.reduce((moved, shift) => (shift.at < place ? moved + shift.by : moved), place);
  return ({ start, end }) => ({ start: move(start), end: move(end) });
}

async function redactForm({ fields, files }: Form, redactor: Redactor): Promise<Form> {
  const texts = fields.filter(([name, value]) => !isWord(name, () => value));
  const named = files.map(([name, file]) => [`${name}.filename`, file.name] as const);
  const [redactedFields, redactedNames] = [
    await redactor.redactTexts(texts),
    await redactor.redactTexts(named),
  ];
  const byField = new Map(texts.map((field, index) => [field, redactedFields[index] ?? '']));
  return {
    fields: fields.map((field) => [field[0], byField.get(field) ?? field[1]]),
    files: files.map(([name, file], index) => [name, renamed(file, redactedNames[index] ?? '')]),
  };
}

/** What is in a file cannot be looked through; what it is called can. */
function renamed(file: UploadedFile, name: string): UploadedFile {
  if (name === file.name) return file;
  const { type, size, start } = file;
  // By its ending servers know what is in it.
  const [ending = ''] = /\.[A-Za-z0-9]{1,5}$/.exec(file.name) ?? [];
  const kept = name.endsWith(ending) ? name : name + ending;
  return { name: kept, type, size, start, open: () => file.open() };
}

/** What was read of a call for media already: it goes out in place of the body. */
async function redactMedia(call: Call, media: unknown, redactor: Redactor): Promise<unknown> {
  if (!isObject(media)) return media;
  refuseTokens(call, media);
  const found: { readonly path: string; readonly text: string }[] = [];
  mapTexts(media, '', (path, text) => {
    found.push({ path, text });
    return text;
  });
  const texts = await redactor.redactTexts(found.map(({ path, text }) => [path, text]));
  let index = 0;
  return mapTexts(media, '', (_path, text) => texts[index++] ?? text);
}

function refuseTokens({ operation }: Call, media: JsonObject): void {
  const { inputs } = media;
  const isTokens = operation === 'embeddings' && Array.isArray(inputs) && inputs.some(Array.isArray);
  if (!isTokens) return;
  const failure = { retry: 'elsewhere', health: 'neutral', sent: false } as const;
  throw new GatewayError('VE_REDACTION_BLOCKED', { parameter: 'input', reason: tokensReason }, { failure });
}

/** A copy in which every text that somebody may have written is another. */
function mapTexts(value: unknown, path: string, map: (path: string, text: string) => string): unknown {
  if (typeof value === 'string') {
    const name = path.replace(/(?:\[\d+\])+$/, '').replace(/^.*\./, '');
    return isWord(name, () => value) ? value : map(path, value);
  }
  if (Array.isArray(value)) return value.map((one, index) => mapTexts(one, `${path}[${index}]`, map));
  if (!isObject(value) || !isPlain(value)) return value;
  const entries = Object.entries(value).map(([name, one]): [string, unknown] => [
    name,
    mapTexts(one, path === '' ? name : `${path}.${name}`, map),
  ]);
  return Object.fromEntries(entries);
}

/** Files are not. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('open' in value);
}

/** What was said before. Who keeps it has it already, and need not be told again; what stood for what must be known all the same. */
async function redactTurns(
  previous: Previous,
  redactor: Redactor,
  upstream: string,
): Promise<readonly StoredTurn[] | undefined> {
  let turns: readonly StoredTurn[];
  try {
    turns = await previous.turns();
  } catch (error) {
    if (previous.upstream === upstream) return undefined;
    throw error;
  }
  const texts = turns.flatMap(({ request, response }) => [JSON.stringify(request), JSON.stringify(response)]);
  const redacted = await redactJsons(texts, redactor);
  return turns.map((_, index) => ({
    request: redacted[index * 2] ?? {},
    response: redacted[index * 2 + 1] ?? {},
  }));
}

function withTurns(previous: Previous, turns: readonly StoredTurn[]): Previous {
  return { upstream: previous.upstream, turns: async () => turns };
}

function withItems(keptItems: KeptItems, redactor: Redactor): KeptItems {
  return {
    keepers: (ids) => keptItems.keepers(ids),
    find: async (ids) => {
      const items = [...(await keptItems.find(ids))];
      const redacted = await redactJsons(
        items.map(([, item]) => JSON.stringify(item)),
        redactor,
      );
      return new Map(items.map(([id], index) => [id, redacted[index] ?? {}]));
    },
  };
}

async function redactJsons(texts: readonly string[], redactor: Redactor): Promise<readonly JsonObject[]> {
  const edits = await redactor.editJson(texts, 'chat');
  return texts.map((text, index) => {
    const value: unknown = JSON.parse(spliceText(text, edits[index] ?? []));
    if (!isObject(value)) throw new TypeError('what was kept is no object');
    return value;
  });
}
