import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import type { Turn } from '../anthropic/check-messages.ts';
import { checkSchema } from '../anthropic/check-schema.ts';
import { checkThinking } from '../anthropic/check-thinking.ts';
import { claudeFacts } from '../anthropic/claude-facts.ts';
import { parseSchema, readFields, readInference } from './read-converse.ts';

const known = new Set(['thinking', 'top_k', 'anthropic_beta', 'output_config', 'anthropic_version']);

/** What Claude itself refuses behind Converse, in Anthropic's words. */
export function checkClaude(body: JsonObject, model: string): string | undefined {
  const facts = claudeFacts(model);
  const fields = readFields(body);
  const inference = readInference(body);
  const stranger = Object.keys(fields).find((name) => !known.has(name));
  if (stranger !== undefined) return `${stranger}: Extra inputs are not permitted`;
  const sampled = [
    ...(inference.temperature === undefined ? [] : ['temperature']),
    ...(inference.topP === undefined ? [] : ['top_p']),
  ];
  if (facts.sampling === 'none' && sampled[0] !== undefined)
    return `\`${sampled[0]}\` is deprecated for this model.`;
  if (facts.sampling === 'one' && sampled.length > 1) {
    return '`temperature` and `top_p` cannot both be specified for this model. Please use only one.';
  }
  const turns = toTurns(body);
  if (turns.at(-1)?.role === 'assistant' && !facts.takesPrefill) {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  }
  const unsigned = turns
    .flatMap(({ blocks }) => blocks)
    .find(({ block }) => block.type === 'thinking' && block.signature === undefined);
  if (unsigned !== undefined) {
    return `messages.${unsigned.message}.content.${unsigned.index}.thinking.signature: Field required`;
  }
  const schema = parseSchema(body);
  const problem = schema === undefined ? undefined : checkSchema(schema);
  if (problem !== undefined) return `output_config.format.schema: ${problem}`;
  return checkThinking(toAnthropic(body), turns, facts);
}

function toAnthropic(body: JsonObject): JsonObject {
  const { maxTokens, temperature, topP } = readInference(body);
  const config = isJsonObject(body.toolConfig) ? body.toolConfig.toolChoice : undefined;
  const choice = isJsonObject(config) ? (Object.keys(config)[0] ?? 'auto') : 'auto';
  return {
    ...readFields(body),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    tool_choice: { type: choice },
  };
}

function toTurns({ messages }: JsonObject): readonly Turn[] {
  return readList(messages)
    .filter(isJsonObject)
    .map(({ role, content }, message) => ({
      role: readString(role) ?? '',
      message,
      blocks: readList(content)
        .filter(isJsonObject)
        .map((block, index) => ({ block: toBlock(block), message, index })),
    }));
}

/** As far as thinking is concerned. */
function toBlock({ reasoningContent: reasoning, toolResult, toolUse }: JsonObject): JsonObject {
  if (toolResult !== undefined) return { type: 'tool_result' };
  if (toolUse !== undefined) return { type: 'tool_use' };
  if (!isJsonObject(reasoning)) return { type: 'text' };
  const { reasoningText, redactedContent } = reasoning;
  if (isJsonObject(reasoningText)) {
    return { type: 'thinking', thinking: reasoningText.text, signature: reasoningText.signature };
  }
  // Anthropic's own base64, once more in base64 as all bytes are here.
  const data = Buffer.from(readString(redactedContent) ?? '', 'base64').toString('latin1');
  return { type: 'redacted_thinking', data };
}
