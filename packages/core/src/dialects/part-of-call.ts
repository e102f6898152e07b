import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call } from '../protocol/call.ts';
import { scanJsonObject } from '../protocol/scan-json.ts';
import { readEnvelope } from './openai-chat/read-envelope.ts';
import { ByteCall } from './shared/byte-call.ts';
import { fieldsOf, listOf } from './shared/read.ts';
import { readValue } from './shared/read-members.ts';

/**
 * The part of a call that `media` says. `before`: how many inputs the parts before it have. Its body asks for no more than
 * that either: it is what the part is thought to cost, and what is sent where the caller's own words are understood.
 */
export function partOf(call: Call, media: unknown, before: number): Call {
  const { n } = fieldsOf(media);
  const isJson = call.form === undefined && call.dialect === 'openai-chat';
  const part = isJson
    ? withBytes(call, typeof n === 'number' ? n : undefined, [before, before + inputsOf(media)])
    : withForm(call, n);
  part.media = media;
  return part;
}

/** How many inputs a part has. */
export function inputsOf(media: unknown): number {
  return listOf(fieldsOf(media)['inputs']).length;
}

function withBytes(call: Call, n: number | undefined, [from, to]: readonly [number, number]): Call {
  const bytes = bufferOf(call.bytes);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const member of scanJsonObject(bytes, (name) => name === 'n' || name === 'input')) {
    const value = readValue(bytes, member);
    const said =
      member.key === 'n' ? n : Array.isArray(value) && to > from ? value.slice(from, to) : undefined;
    if (said === undefined) continue;
    pieces.push(bytes.subarray(at, member.start), Buffer.from(JSON.stringify(said)));
    at = member.end;
  }
  return readEnvelope(Buffer.concat([...pieces, bytes.subarray(at)]), call);
}

function withForm(call: Call, n: unknown): Call {
  const { bytes, form } = call;
  const fields = form?.fields.map(([name, value]): readonly [string, string] =>
    name === 'n' && typeof n === 'number' ? [name, String(n)] : [name, value],
  );
  const own = form === undefined || fields === undefined ? form : { ...form, fields };
  return new ByteCall(bufferOf(bytes), { ...call, form: own });
}
