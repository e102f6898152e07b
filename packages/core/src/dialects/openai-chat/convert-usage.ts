import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, extraOf, isEmpty, listOf, numberOf, objectOf, ownOf, restOf } from './read.ts';

const known = [
  'prompt_tokens',
  'input_tokens',
  'completion_tokens',
  'output_tokens',
  'total_tokens',
  'cached_tokens',
  'prompt_cache_hit_tokens',
  'prompt_cache_miss_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'prompt_tokens_details',
  'completion_tokens_details',
];
const knownOfInput = [
  'cached_tokens',
  'cache_write_tokens',
  'cache_creation_tokens',
  'audio_tokens',
  'tool_tokens',
];
const knownOfOutput = ['reasoning_tokens', 'audio_tokens'];

/** The usage of an answer or of one event, wherever a member of the family puts it. */
export function findUsage(body: JsonObject): ChatUsage | undefined {
  return (
    parseUsage(body['usage']) ??
    parseUsage(objectOf(body['x_groq'])?.['usage']) ??
    // Moonshot: inside of the last choice.
    parseUsage(objectOf(listOf(body['choices']).at(-1))?.['usage'])
  );
}

export function parseUsage(value: unknown): ChatUsage | undefined {
  const usage = objectOf(value);
  if (usage === undefined) return undefined;
  const input = countOf(usage['prompt_tokens'] ?? usage['input_tokens']);
  const said = countOf(usage['completion_tokens'] ?? usage['output_tokens']);
  if (input === undefined && said === undefined) return undefined;
  const ofInput = objectOf(usage['prompt_tokens_details']) ?? {};
  const ofOutput = objectOf(usage['completion_tokens_details']) ?? {};
  const reasoning = countOf(ofOutput['reasoning_tokens']);
  const prompt = input ?? 0;
  return defined({
    input: prompt,
    output: withReasoning(said ?? 0, reasoning, countOf(usage['total_tokens']), prompt),
    // DeepSeek counts hits beside the details, Moonshot puts the number at the top, others use Anthropic's names.
    cacheRead: countOf(
      ofInput['cached_tokens'] ??
        usage['prompt_cache_hit_tokens'] ??
        usage['cached_tokens'] ??
        usage['cache_read_input_tokens'],
    ),
    cacheWrite: countOf(
      ofInput['cache_write_tokens'] ??
        ofInput['cache_creation_tokens'] ??
        usage['cache_creation_input_tokens'],
    ),
    inputAudio: countOf(ofInput['audio_tokens']),
    inputTool: countOf(ofInput['tool_tokens']),
    reasoning,
    outputAudio: countOf(ofOutput['audio_tokens']),
    ...extraOf(restOfUsage(usage, ofInput, ofOutput)),
  });
}

/** xAI leaves reasoning out of `completion_tokens`; its total tells. */
function withReasoning(
  output: number,
  reasoning: number | undefined,
  total: number | undefined,
  input: number,
): number {
  const isBeside = reasoning !== undefined && reasoning > 0 && total === input + output + reasoning;
  return isBeside ? output + reasoning : output;
}

function restOfUsage(usage: JsonObject, ofInput: JsonObject, ofOutput: JsonObject): JsonObject {
  return defined({
    ...restOf(usage, known),
    prompt_tokens_details: restOf(ofInput, knownOfInput),
    completion_tokens_details: restOf(ofOutput, knownOfOutput),
  });
}

function countOf(value: unknown): number | undefined {
  const count = numberOf(value);
  return count === undefined || count < 0 ? undefined : count;
}

export function renderUsage(usage: ChatUsage): JsonObject {
  const { prompt_tokens_details, completion_tokens_details, ...rest } = ownOf(usage.extra);
  const ofInput = defined({
    cached_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite,
    audio_tokens: usage.inputAudio,
    tool_tokens: usage.inputTool,
    ...objectOf(prompt_tokens_details),
  });
  const ofOutput = defined({
    reasoning_tokens: usage.reasoning,
    audio_tokens: usage.outputAudio,
    ...objectOf(completion_tokens_details),
  });
  return {
    ...rest,
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    ...(isEmpty(ofInput) ? {} : { prompt_tokens_details: ofInput }),
    ...(isEmpty(ofOutput) ? {} : { completion_tokens_details: ofOutput }),
  };
}
