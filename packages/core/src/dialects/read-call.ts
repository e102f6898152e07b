import type { HeaderMap } from '../protocol/answer.ts';
import type { Call, Dialect, Operation } from '../protocol/call.ts';
import { readEnvelope } from './openai-chat/read-envelope.ts';
import { ByteCall } from './shared/byte-call.ts';
import { readBoolean, readMembers, readModel } from './shared/read-members.ts';

/** What the head of a request says of it. */
export interface CallHead {
  readonly operation: Operation;
  readonly dialect: Dialect;
  /** Headers of the caller's that an upstream may see. */
  readonly headers: HeaderMap;
  /** Where the path says them, as Gemini's does. */
  readonly model?: string;
  readonly stream?: boolean;
  /** See `Call.wantsArray`. */
  readonly wantsArray?: boolean;
}

const named = new Set(['model', 'stream']);
const unnamed = new Set<string>();

/**
 * Reads the envelope of a request in any dialect, and leaves the rest of the body alone.
 *
 * @throws GatewayError `VE_BODY_INVALID`, `VE_PARAMETER_MISSING`, `VE_PARAMETER_INVALID`
 */
export function readCall(bytes: Buffer, head: CallHead): Call {
  if (head.dialect === 'openai-chat') return readEnvelope(head.operation, bytes, head.headers);
  const { operation, dialect, headers, wantsArray = false } = head;
  const common = { operation, dialect, headers, wantsArray, wantsUsage: true, choices: 1 };
  if (head.model !== undefined) {
    // It must be JSON all the same.
    readMembers(bytes, unnamed);
    return new ByteCall(bytes, {
      ...common,
      model: head.model,
      stream: head.stream === true,
      splice: {},
    });
  }
  const members = readMembers(bytes, named);
  const model = readModel(bytes, members.get('model'));
  const stream = readBoolean(bytes, members.get('stream'), 'stream');
  return new ByteCall(bytes, { ...common, model: model.name, stream, splice: { model: model.span } });
}
