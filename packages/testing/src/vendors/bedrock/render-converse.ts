import type { ReplyPart, SpentTokens } from '../../replies/compose-reply.ts';
import { isJsonObject, type JsonObject, parseJson, readString } from '../../wire/read-json.ts';
import type { ConverseAnswer } from './answer-converse.ts';
import { playBlocks } from './play-blocks.ts';

/** Milliseconds; nothing here takes any time. */
export const metrics: JsonObject = { latencyMs: 412 };

/** The body of an answer that is not streamed. */
export function renderConverse(answer: ConverseAnswer): JsonObject {
  const blocks: JsonObject[] = [];
  const change = (grow: (block: JsonObject) => JsonObject): void => {
    const last = blocks.at(-1);
    if (last !== undefined) blocks[blocks.length - 1] = grow(last);
  };
  let stopReason = 'end_turn';
  let spent: SpentTokens = { completion: 0, reasoning: 0 };
  for (const step of playBlocks(answer)) {
    switch (step.type) {
      case 'start':
        blocks.push(step.start === undefined ? {} : { toolUse: { ...step.start, input: '' } });
        break;
      case 'delta':
        change((block) => addDelta(block, step.delta));
        break;
      case 'stop':
        change(parseInput);
        break;
      default:
        stopReason = renderStopReason(answer, step.part);
        spent = step.part.tokens;
    }
  }
  return {
    metrics,
    output: { message: { content: blocks, role: 'assistant' } },
    stopReason,
    usage: answer.usage(spent),
  };
}

const reasons: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'content_filtered',
};

/** Why the model stopped, in Bedrock's words. */
export function renderStopReason(
  { planned }: ConverseAnswer,
  part: Extract<ReplyPart, { type: 'finish' }>,
): string {
  if (part.reason === 'stop' && part.stopSequence !== undefined) return 'stop_sequence';
  if (part.reason === 'stop' && planned.reply.refusal !== undefined) return 'content_filtered';
  return reasons[part.reason] ?? part.reason;
}

function addDelta(block: JsonObject, { text, toolUse, reasoningContent }: JsonObject): JsonObject {
  if (typeof text === 'string') return { text: `${readString(block.text) ?? ''}${text}` };
  if (isJsonObject(toolUse) && isJsonObject(block.toolUse)) {
    const input = `${readString(block.toolUse.input) ?? ''}${String(toolUse.input)}`;
    return { toolUse: { ...block.toolUse, input } };
  }
  if (!isJsonObject(reasoningContent)) return block;
  if (reasoningContent.redactedContent !== undefined) return { reasoningContent };
  const before = isJsonObject(block.reasoningContent) ? block.reasoningContent.reasoningText : undefined;
  const known = isJsonObject(before) ? before : { text: '' };
  const more = readString(reasoningContent.text) ?? '';
  const { signature } = reasoningContent;
  return {
    reasoningContent: {
      reasoningText: {
        ...known,
        text: `${readString(known.text) ?? ''}${more}`,
        ...(signature === undefined ? {} : { signature }),
      },
    },
  };
}

/** Input that is broken (a script may want that of a stream) is empty here: a whole answer has no place for it. */
function parseInput(block: JsonObject): JsonObject {
  if (!isJsonObject(block.toolUse)) return block;
  const input = parseJson(Buffer.from(readString(block.toolUse.input) ?? ''));
  return { toolUse: { ...block.toolUse, input: isJsonObject(input) ? input : {} } };
}
