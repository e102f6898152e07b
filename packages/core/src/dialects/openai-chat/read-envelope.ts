import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../../errors.ts';
import type { HeaderMap } from '../../protocol/answer.ts';
import type { Call, Operation, Span, SplicePoints } from '../../protocol/call.ts';
import { type JsonMember, JsonSyntaxError, scanJsonObject } from '../../protocol/scan-json.ts';
import { findInvalidUtf8 } from './find-invalid-utf8.ts';

/** Members that the gateway itself reads: twice in one body, and it is unclear which one an upstream would take. */
const isUsageKey = (key: string): boolean => key === 'include_usage';
const envelopeKeys = new Set(['model', 'stream', 'stream_options', 'n', 'messages', 'input', 'prompt']);

/**
 * Reads the envelope of an OpenAI request and leaves the rest of the body alone.
 *
 * @throws GatewayError `VE_BODY_INVALID` with the position of the mistake, `VE_PARAMETER_MISSING`, `VE_PARAMETER_INVALID`.
 */
export function readEnvelope(operation: Operation, bytes: Buffer, headers: HeaderMap): Call {
  const members = readMembers(bytes);
  const model = readModel(bytes, members.get('model'));
  checkInput(operation, bytes, members);
  const stream = operation !== 'embeddings' && readBoolean(bytes, members.get('stream'), 'stream');
  const usage = stream ? readUsageOption(bytes, members) : undefined;
  return new OpenAICall(bytes, {
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

const nothing = Buffer.alloc(0);

/** It is told again in headers, errors and logs. */
const longestModelName = 512;

type Envelope = Omit<Call, 'bytes' | 'release' | 'dialect'>;

class OpenAICall implements Call {
  readonly dialect = 'openai-chat';
  readonly operation: Operation;
  readonly model: string;
  readonly stream: boolean;
  readonly wantsUsage: boolean;
  readonly choices: number;
  readonly headers: HeaderMap;
  readonly splice: SplicePoints;
  bytes: Buffer;

  constructor(bytes: Buffer, envelope: Envelope) {
    this.bytes = bytes;
    this.operation = envelope.operation;
    this.model = envelope.model;
    this.stream = envelope.stream;
    this.wantsUsage = envelope.wantsUsage;
    this.choices = envelope.choices;
    this.headers = envelope.headers;
    this.splice = envelope.splice;
  }

  release(): void {
    this.bytes = nothing;
  }
}

/** Servers written in Go take `Model` for `model`, and the last of the two: one that is checked here, and another that counts. */
function isEnvelopeKey(key: string): boolean {
  return envelopeKeys.has(key) || key.toLowerCase() === 'model';
}

function otherCase({ key, start }: JsonMember): GatewayError {
  const reason = `names are in lower case here: write "${key.toLowerCase()}"`;
  return new GatewayError('VE_PARAMETER_INVALID', { parameter: key, position: start, reason });
}

function readMembers(bytes: Buffer): Map<string, JsonMember> {
  if (!isUtf8(bytes)) {
    throw new GatewayError('VE_BODY_INVALID', {
      reason: 'it is not UTF-8',
      position: findInvalidUtf8(bytes),
    });
  }
  const members = new Map<string, JsonMember>();
  for (const member of scanBody(bytes, isEnvelopeKey)) {
    if (!envelopeKeys.has(member.key)) throw otherCase(member);
    if (members.has(member.key)) {
      throw new GatewayError('VE_PARAMETER_INVALID', {
        parameter: member.key,
        position: member.start,
        reason: `it is given twice, the second time at byte ${member.start}; give it once`,
      });
    }
    members.set(member.key, member);
  }
  return members;
}

function scanBody(bytes: Buffer, wanted: (key: string) => boolean): JsonMember[] {
  try {
    return scanJsonObject(bytes, wanted);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new GatewayError('VE_BODY_INVALID', { reason: error.message, position: error.position });
  }
}

function readModel(bytes: Buffer, member: JsonMember | undefined): { name: string; span: Span } {
  if (member === undefined) throw new GatewayError('VE_PARAMETER_MISSING', { parameter: 'model' });
  const name = readValue(bytes, member);
  if (typeof name !== 'string' || name === '' || !name.isWellFormed()) {
    throw new GatewayError('VE_PARAMETER_INVALID', {
      parameter: 'model',
      reason: 'it must be the name of a model',
    });
  }
  if (name.length > longestModelName) {
    throw new GatewayError('VE_PARAMETER_INVALID', {
      parameter: 'model',
      reason: `it is longer than ${longestModelName} characters`,
    });
  }
  return { name, span: member };
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

function readBoolean(bytes: Buffer, member: JsonMember | undefined, parameter: string): boolean {
  if (member === undefined) return false;
  const value = readValue(bytes, member);
  if (value !== null && typeof value !== 'boolean') {
    throw new GatewayError('VE_PARAMETER_INVALID', { parameter, reason: 'it must be true or false' });
  }
  return value === true;
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

/** `[]` or `{}`, with nothing but white space inside. */
function isEmptyContainer(bytes: Buffer, { start, end }: Span): boolean {
  let at = start + 1;
  while (at < end - 1 && (bytes[at] ?? 0) <= 0x20) at++;
  return at >= end - 1;
}

function readValue(bytes: Buffer, member: JsonMember): unknown {
  const opening = bytes[member.start];
  // Objects and arrays are never what the envelope asks for, and may be large.
  if (opening === 0x7b || opening === 0x5b) return undefined;
  return JSON.parse(bytes.toString('utf8', member.start, member.end));
}
