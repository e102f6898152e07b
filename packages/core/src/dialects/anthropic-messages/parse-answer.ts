import type { AnswerChoice, AnswerHead, ChatAnswer } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import {
  defined,
  isList,
  isObject,
  objectOf,
  protocolError,
  restOf,
  stringOf,
  wordOf,
} from '../shared/read.ts';
import { checkBlock } from './check-said.ts';
import { parseMedia } from './convert-media.ts';
import { jsonTool, parseInput, parseToolCall } from './convert-tool-call.ts';
import { parseUsage } from './convert-usage.ts';
import { parseFinish } from './map-finish-reason.ts';
import { extraOf } from './own-extra.ts';
import { parseReasoningBlock } from './parse-reasoning-block.ts';
import { parseText } from './parse-text.ts';

export function parseAnswer(body: JsonObject): ChatAnswer {
  if (body['type'] === 'error' || isObject(body['error']))
    throw protocolError('the upstream put an error into an answer that it called a success');
  const content = contentOf(body);
  const usage = parseUsage(body['usage']);
  const choice: AnswerChoice = {
    index: 0,
    content: content.map(parseAnswerBlock),
    finish: parseFinish(body['stop_reason'], body['stop_sequence'], {
      details: body['stop_details'],
      isJsonOnly: isJsonOnly(content),
    }),
  };
  return { ...parseHead(body), choices: [choice], ...defined({ usage }) };
}

const known = [
  'id',
  'type',
  'role',
  'model',
  'content',
  'usage',
  'stop_reason',
  'stop_sequence',
  'stop_details',
];

/** Of a message, or of the beginning of one. */
export function parseHead(message: JsonObject): AnswerHead {
  const tier = stringOf(objectOf(message['usage'])?.['service_tier']);
  return {
    ...defined({
      id: wordOf(message['id']),
      model: wordOf(message['model']),
      serviceTier: tier === 'standard' ? 'default' : tier,
    }),
    ...extraOf(restOf(message, known)),
  };
}

function contentOf(body: JsonObject): readonly JsonObject[] {
  const { content } = body;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  // A refusal may come without anything.
  if ((content === undefined || content === null) && typeof body['stop_reason'] === 'string') return [];
  if (!isList(content)) throw protocolError('the answer of the upstream has no content');
  return content.map((block) => {
    if (!isObject(block)) throw protocolError('the answer of the upstream has a block that is no object');
    checkBlock(block);
    return block;
  });
}

function parseAnswerBlock(wire: JsonObject, at: number): AssistantBlock {
  switch (wire['type']) {
    case 'text':
      return parseText(wire);
    case 'thinking':
    case 'redacted_thinking':
      return parseReasoningBlock(wire);
    case 'tool_use':
      if (wire['name'] === jsonTool) return { type: 'text', text: parseInput(wire['input'], 'json') };
      if (wordOf(wire['name']) === undefined)
        throw protocolError('the upstream called a tool without a name');
      return parseToolCall(wire, at);
    // Shown so by `renderAnswer`, for models of other vendors that draw.
    case 'image':
    case 'document':
      return parseMedia(wire) ?? { type: 'foreign', dialect: 'anthropic-messages', value: wire };
    default:
      return { type: 'foreign', dialect: 'anthropic-messages', value: wire };
  }
}

function isJsonOnly(content: readonly JsonObject[]): boolean {
  const names: Json[] = content.filter(({ type }) => type === 'tool_use').map(({ name }) => name ?? null);
  return names.length > 0 && names.every((name) => name === jsonTool);
}
