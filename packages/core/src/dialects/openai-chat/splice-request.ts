import { bufferOf } from '../../protocol/buffer-of.ts';
import type { Call, Span } from '../../protocol/call.ts';
import { limitEdits } from '../shared/output-limit.ts';
import { readMembers } from '../shared/read-members.ts';

interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A member of a body; its value is a text. */
interface Member {
  readonly name: string;
  readonly value: string;
}

/** What a target takes. */
export interface Splicing {
  /** It is asked to tell usage in streams. */
  readonly asksUsage: boolean;
  /** How it is told of the longest answer of a chat. Default: as OpenAI is. */
  readonly maxTokens?: 'max_completion_tokens' | 'max_tokens';
}

/**
 * The body for one target: the caller's bytes with the model's name there (or another member in its place, where the
 * address says the model), and with the request for usage where the provider takes one, and with
 * the longest answer where that was limited. Everything else stays as it came.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` where the caller has given that other member, too, and twice.
 */
export function spliceRequest(
  call: Call,
  model: string | Member,
  { asksUsage, maxTokens }: Splicing,
): Uint8Array {
  const { model: named, usageOption } = call.splice;
  const edits: Edit[] = [];
  if (call.outputLimit !== undefined)
    edits.push(...limitEdits(call, call.outputLimit, nameOfMaximum(call, maxTokens)));
  if (named !== undefined) {
    if (typeof model !== 'string') edits.push(...replaceModel(call.bytes, named, model));
    else if (model !== call.model) edits.push({ span: named, text: JSON.stringify(model) });
  }
  if (asksUsage && usageOption !== undefined) edits.push(usageOption);
  if (edits.length === 0) return call.bytes;
  edits.sort((one, other) => one.span.start - other.span.start || one.span.end - other.span.end);
  return splice(call.bytes, edits, call.stream);
}

/** What the longest answer is called where the caller has not said any. */
function nameOfMaximum({ dialect, operation }: Call, ofChat: Splicing['maxTokens']): string {
  if (dialect === 'openai-responses') return 'max_output_tokens';
  return dialect === 'openai-chat' && operation === 'chat'
    ? (ofChat ?? 'max_completion_tokens')
    : 'max_tokens';
}

/** One member gives way to another; where the caller has given that one, too, it is put right, and the model's goes. */
function replaceModel(body: Uint8Array, model: Span, { name, value }: Member): Edit[] {
  const bytes = bufferOf(body);
  const quoted = JSON.stringify(name);
  const text = JSON.stringify(value);
  const member = { start: findName(bytes, model.start), end: model.end };
  // Hardly anybody gives it: most bodies need not be scanned a second time.
  const given = bytes.includes(quoted) ? readMembers(bytes, new Set(['model', name])).get(name) : undefined;
  return given === undefined
    ? [{ span: member, text: `${quoted}:${text}` }]
    : [
        { span: given, text },
        { span: withComma(bytes, member), text: '' },
      ];
}

/** Where the name of a member begins, by where its value does: no name of ours has a quote in it. */
function findName(bytes: Buffer, value: number): number {
  const end = bytes.lastIndexOf(0x22, value - 1);
  return bytes.lastIndexOf(0x22, end - 1);
}

/** A member that is not the only one, with the comma behind it, or before it where it is the last. */
function withComma(bytes: Buffer, { start, end }: Span): Span {
  let after = end;
  while (isSpace(bytes[after])) after++;
  if (bytes[after] === 0x2c) return { start, end: after + 1 };
  return { start: bytes.lastIndexOf(0x2c, start), end };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** `isHeldLong`: undici holds the body as long as the answer flows, and a slice of Node's pool would hold the whole slab. */
function splice(bytes: Uint8Array, edits: readonly Edit[], isHeldLong: boolean): Uint8Array {
  let size = bytes.byteLength;
  for (const { span, text } of edits) size += Buffer.byteLength(text) - (span.end - span.start);
  const spliced = isHeldLong ? Buffer.allocUnsafeSlow(size) : Buffer.allocUnsafe(size);
  let from = 0;
  let to = 0;
  for (const { span, text } of edits) {
    spliced.set(bytes.subarray(from, span.start), to);
    to += span.start - from;
    to += spliced.write(text, to);
    from = span.end;
  }
  spliced.set(bytes.subarray(from), to);
  return spliced;
}
