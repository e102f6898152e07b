import type { AnswerHead, ChatAnswer, Finish } from '../../protocol/chat-answer.ts';
import type { AssistantBlock, Extra } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, objectOf, optional, protocolError, restOf, stringOf } from '../shared/read.ts';
import { saidList, saidObject } from '../shared/said.ts';
import { checkBlock } from './check-said.ts';
import { parseUsage } from './convert-usage.ts';
import { parseFinish } from './map-finish-reason.ts';
import { extraOf } from './own-extra.ts';
import { isNothing, parseAssistantBlock } from './parse-content.ts';
import { answerTool } from './plan-output.ts';

/** The whole answer of Converse. It has one choice, no id and no model. */
export function parseAnswer(body: JsonObject): ChatAnswer {
  const message = objectOf(objectOf(body['output'])?.['message']);
  if (message === undefined) throw protocolError('the answer has no output.message');
  const content = saidList(message['content'], 'the content').flatMap((value) => {
    const block = saidObject(value, 'a block');
    if (block === undefined || isNothing(block)) return [];
    checkBlock(block);
    return [parseAssistantBlock(block)];
  });
  const extra = restOf(message, ['role', 'content']);
  const usage = parseUsage(body['usage']);
  const head = parseHead(body, 'output', 'stopReason', 'usage', 'additionalModelResponseFields');
  return {
    ...head,
    choices: [closeChoice(content, body['stopReason'], body['additionalModelResponseFields'], extra)],
    ...optional('usage', usage),
  };
}

/** What is said of the answer beside the answer: of a whole one, or by the event `metadata`. */
export function parseHead(body: JsonObject, ...known: readonly string[]): AnswerHead {
  const tier = stringOf(objectOf(body['serviceTier'])?.['type']);
  // `p` is padding, of random length.
  const extra = restOf(body, ['p', ...known, ...(tier === undefined ? [] : ['serviceTier'])]);
  return { ...optional('serviceTier', tier), ...extraOf(extra) };
}

function closeChoice(
  content: readonly AssistantBlock[],
  stopReason: Json | undefined,
  fields: Json | undefined,
  extra: JsonObject | undefined,
): ChatAnswer['choices'][number] {
  const blocks = content.map((block, index) =>
    block.type === 'tool-call' ? readAnswerTool({ ...block, id: idOf(block, index) }) : block,
  );
  const hasAnswerTool = content.some((block) => block.type === 'tool-call' && block.name === answerTool);
  const hasCalls = blocks.some(({ type }) => type === 'tool-call');
  return {
    index: 0,
    content: blocks,
    ...parseEnd(stopReason, fields, { hasAnswerTool, hasCalls }, extra),
  };
}

/** The model's text, where it was made to give it as the input of a tool. */
function readAnswerTool(block: Extract<AssistantBlock, { type: 'tool-call' }>): AssistantBlock {
  return block.name === answerTool ? { type: 'text', text: block.input } : block;
}

/** Ids are never empty: where the wire has none, one is made of its place. */
export function idOf({ id, name }: { readonly id: string; readonly name: string }, index: number): string {
  return id === '' ? `call_0_${index}_${name}` : id;
}

/** How the choice ended. Calling the tool that stands for structured output is no call to the caller. */
export function parseEnd(
  stopReason: Json | undefined,
  responseFields: Json | undefined,
  { hasAnswerTool, hasCalls }: { readonly hasAnswerTool: boolean; readonly hasCalls: boolean },
  more: JsonObject = {},
): { readonly finish: Finish; readonly extra?: Extra } {
  const finish = parseFinish(stopReason);
  const fields = isObject(responseFields) ? responseFields : undefined;
  const sequence = stringOf(fields?.['stop_sequence']);
  const rest =
    fields === undefined ? responseFields : restOf(fields, sequence === undefined ? [] : ['stop_sequence']);
  const extra = restOf({ ...more, additionalModelResponseFields: rest }, []);
  const isAnswered = hasAnswerTool && !hasCalls && finish.reason === 'tool-calls';
  return {
    finish: { ...finish, ...(isAnswered ? { reason: 'stop' } : {}), ...optional('sequence', sequence) },
    ...extraOf(extra),
  };
}
