import { GatewayError } from '../../errors.ts';
import type { HeaderMap } from '../../protocol/answer.ts';
import type { Call, Operation, Span } from '../../protocol/call.ts';
import type { JsonMember } from '../../protocol/scan-json.ts';
import { ByteCall } from '../shared/byte-call.ts';
import {
  isEmptyContainer,
  readBoolean,
  readMembers,
  readModel,
  readValue,
  scanBody,
} from '../shared/read-members.ts';

/** Members that the gateway itself reads: twice in one body, and it is unclear which one an upstream would take. */
const isUsageKey = (key: string): boolean => key === 'include_usage';
const envelopeKeys = new Set(['model', 'stream', 'stream_options', 'n', 'messages', 'input', 'prompt']);

/**
 * Reads the envelope of an OpenAI request and leaves the rest of the body alone.
 *
 * @throws GatewayError `VE_BODY_INVALID` with the position of the mistake, `VE_PARAMETER_MISSING`, `VE_PARAMETER_INVALID`.
 */
export function readEnvelope(operation: Operation, bytes: Buffer, headers: HeaderMap): Call {
  const members = readMembers(bytes, envelopeKeys);
  const model = readModel(bytes, members.get('model'));
  checkInput(operation, bytes, members);
  const stream = operation !== 'embeddings' && readBoolean(bytes, members.get('stream'), 'stream');
  const usage = stream ? readUsageOption(bytes, members) : undefined;
  return new ByteCall(bytes, {
    dialect: 'openai-chat',
    operation,
    model: model.name,
    stream,
    wantsUsage: usage === undefined || usage === 'wanted',
    choices: readCount(bytes, members.get('n')),
    headers,
    splice: {
      model: model.span,
      ...(usage === undefined || usage === 'wanted' ? {} : { usageOption: usage }),
    },
  });
}

function checkInput(operation: Operation, bytes: Buffer, members: Map<string, JsonMember>): void {
  if (operation === 'completions') return; // the prompt may be left out
  const parameter = operation === 'chat' ? 'messages' : 'input';
  const member = members.get(parameter);
  if (member === undefined) throw new GatewayError('VE_PARAMETER_MISSING', { parameter });
  const isArray = bytes[member.start] === 0x5b;
  if (operation === 'chat' && !isArray) {
    throw new GatewayError('VE_PARAMETER_INVALID', { parameter, reason: 'it must be an array of messages' });
  }
  if (isArray && isEmptyContainer(bytes, member)) {
    throw new GatewayError('VE_PARAMETER_INVALID', {
      parameter,
      reason: 'it is empty; give at least one item',
    });
  }
}

/** 1 for anything that is not a count: what to say about it is the provider's to decide. */
function readCount(bytes: Buffer, member: JsonMember | undefined): number {
  const value = member === undefined ? 1 : readValue(bytes, member);
  return typeof value === 'number' && value > 1 ? value : 1;
}

/** Where to ask for usage on the caller's behalf, or `wanted` if the caller asked. */
function readUsageOption(
  bytes: Buffer,
  members: Map<string, JsonMember>,
): 'wanted' | { span: Span; text: string } {
  const option = members.get('stream_options');
  if (option === undefined) {
    const model = members.get('model');
    const at = model === undefined ? 0 : model.end;
    return { span: { start: at, end: at }, text: ',"stream_options":{"include_usage":true}' };
  }
  const opening = bytes[option.start];
  if (opening !== 0x7b) {
    if (readValue(bytes, option) !== null) {
      throw new GatewayError('VE_PARAMETER_INVALID', {
        parameter: 'stream_options',
        reason: 'it must be an object',
      });
    }
    return { span: option, text: '{"include_usage":true}' };
  }
  const inner = scanBody(bytes.subarray(option.start, option.end), isUsageKey);
  const [asked] = inner;
  if (inner.length > 1) {
    throw new GatewayError('VE_PARAMETER_INVALID', {
      parameter: 'stream_options',
      reason: '"include_usage" is given twice',
    });
  }
  if (asked === undefined) {
    const at = option.start + 1;
    const comma = isEmptyContainer(bytes, option) ? '' : ',';
    return { span: { start: at, end: at }, text: `"include_usage":true${comma}` };
  }
  const span = { start: option.start + asked.start, end: option.start + asked.end };
  return readBoolean(bytes, { key: 'include_usage', ...span }, 'stream_options')
    ? 'wanted'
    : { span, text: 'true' };
}
