import type { Call, Span } from '../../protocol/call.ts';

interface Edit {
  readonly span: Span;
  readonly text: string;
}

/**
 * The body for one target: the caller's bytes with the model's name there, and with the request for usage
 * where the provider takes one. Everything else stays as it came.
 */
export function spliceRequest(call: Call, model: string, asksUsage: boolean): Uint8Array {
  const edits: Edit[] = [];
  if (model !== call.model && call.splice.model !== undefined)
    edits.push({ span: call.splice.model, text: JSON.stringify(model) });
  if (asksUsage && call.splice.usageOption !== undefined) edits.push(call.splice.usageOption);
  if (edits.length === 0) return call.bytes;
  if (edits.length === 2 && isAfter(edits[0], edits[1])) edits.reverse();
  return splice(call.bytes, edits, call.stream);
}

function isAfter(first: Edit | undefined, second: Edit | undefined): boolean {
  return first !== undefined && second !== undefined && first.span.start > second.span.start;
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
