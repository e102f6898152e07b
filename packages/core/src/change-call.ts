import { type CallHead, readCall } from './dialects/read-call.ts';
import { readFormCall } from './dialects/read-form-call.ts';
import type { Shown } from './guarded-call.ts';
import { bufferOf } from './protocol/buffer-of.ts';
import type { Call } from './protocol/call.ts';
import type { Change } from './protocol/guard.ts';

/**
 * A call with another body or another model, read anew. `head`: undefined for what cannot be changed.
 *
 * @throws TypeError, GatewayError for what cannot be read
 */
export function changeCall(call: Shown, { body, model }: Change, head: CallHead | undefined): Call {
  const { form } = call;
  if (head === undefined) throw new TypeError('what is not read can be refused, and not changed');
  if (form !== undefined) {
    if (body !== undefined)
      throw new TypeError('a form can be refused, or go to another model; it has no body');
    const fields = form.fields.filter(([name]) => name !== 'model');
    return readFormCall({ ...form, fields: [['model', model ?? call.model], ...fields] }, head);
  }
  const bytes = body === undefined ? bytesOf(call) : Buffer.from(JSON.stringify(body));
  if (model === undefined) return readCall(bytes, head);
  if (head.model !== undefined) return readCall(bytes, { ...head, model });
  const { start, end } = readCall(bytes, head).splice.model ?? { start: 0, end: 0 };
  if (end === 0) return readCall(withModel(bytes, model), head);
  const name = Buffer.from(JSON.stringify(model));
  return readCall(Buffer.concat([bytes.subarray(0, start), name, bytes.subarray(end)]), head);
}

/** In front of all else. */
function withModel(bytes: Buffer, model: string): Buffer {
  const start = bytes.indexOf(0x7b) + 1;
  const member = Buffer.from(`"model":${JSON.stringify(model)},`);
  return Buffer.concat([bytes.subarray(0, start), member, bytes.subarray(start)]);
}

function bytesOf({ bytes = new Uint8Array() }: Shown): Buffer {
  return bufferOf(bytes);
}
