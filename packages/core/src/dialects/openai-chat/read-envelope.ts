import { GatewayError } from '../../errors.ts';
import type { HeaderMap } from '../../protocol/answer.ts';
import type { Call, Operation, Span } from '../../protocol/call.ts';
import type { JobFace } from '../../protocol/job.ts';
import { isMedia } from '../../protocol/media.ts';
import type { JsonMember } from '../../protocol/scan-json.ts';
import { ByteCall } from '../shared/byte-call.ts';
import { outputMembers, pickOutput } from '../shared/output-limit.ts';
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
const envelopeKeys = new Set([
  'model',
  'stream',
  'stream_options',
  'n',
  'messages',
  'input',
  'prompt',
  ...outputMembers['openai-chat'],
]);

/** What the head of the request says. */
export interface EnvelopeHead {
  readonly operation: Operation;
  readonly headers: HeaderMap;
  readonly base?: string | undefined;
  readonly face?: JobFace | undefined;
}

/**
 * Reads the envelope of an OpenAI request and leaves the rest of the body alone.
 *
 * @throws GatewayError `VE_BODY_INVALID` with the position of the mistake, `VE_PARAMETER_MISSING`, `VE_PARAMETER_INVALID`.
 */
export function readEnvelope(bytes: Buffer, head: EnvelopeHead): Call {
  const { operation, headers, base = '', face } = head;
  const members = readMembers(bytes, envelopeKeys);
  const named = members.get('model');
  const isJudged = operation === 'moderations' && named === undefined;
  const model = isJudged ? undefined : readModel(bytes, named);
  checkInput(operation, bytes, members);
  if (model === undefined) return readEnvelope(nameModel(bytes), head);
  const stream = operation !== 'embeddings' && readBoolean(bytes, members.get('stream'), 'stream');
  const usage = stream && !isMedia(operation) ? readUsageOption(bytes, members) : undefined;
  return new ByteCall(bytes, {
    dialect: 'openai-chat',
    operation,
    model: model.name,
    stream,
    wantsUsage: usage === undefined || usage === 'wanted',
    choices: readCount(bytes, members.get('n')),
    headers,
    base,
    face,
    splice: {
      model: model.span,
      ...(usage === undefined || usage === 'wanted' ? {} : { usageOption: usage }),
      output: pickOutput(members, 'openai-chat'),
    },
  });
}

/** Whom OpenAI lets judge where nobody is named: https://platform.openai.com/docs/api-reference/moderations/create. */
const usualJudge = 'omni-moderation-latest';

/** A body that has something else in it already. */
function nameModel(bytes: Buffer): Buffer {
  const start = bytes.indexOf(0x7b) + 1;
  const member = Buffer.from(`"model":${JSON.stringify(usualJudge)},`);
  return Buffer.concat([bytes.subarray(0, start), member, bytes.subarray(start)]);
}

function checkInput(operation: Operation, bytes: Buffer, members: Map<string, JsonMember>): void {
  // The prompt of completions may be left out; the others look for themselves.
  if (operation !== 'chat' && operation !== 'embeddings' && operation !== 'moderations') return;
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
