import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { countOf, defined, fieldsOf, objectOf } from '../shared/read.ts';

export type TokenCounts = Omit<ChatUsage, 'extra'>;

/** The fields of a usage that are read here, and those of its details. */
export const countedFields: readonly string[] = [
  'prompt_tokens',
  'input_tokens',
  'completion_tokens',
  'output_tokens',
  'total_tokens',
  'cached_tokens',
  'num_cached_tokens',
  'prompt_cache_hit_tokens',
  'prompt_cache_miss_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'reasoning_tokens',
  'prompt_tokens_details',
  'prompt_token_details',
  'completion_tokens_details',
];
export const countedOfInput: readonly string[] = [
  'cached_tokens',
  'cache_write_tokens',
  'cache_creation_tokens',
  'cache_creation_input_tokens',
  'audio_tokens',
  'tool_tokens',
];
export const countedOfOutput: readonly string[] = ['reasoning_tokens', 'audio_tokens'];

/** The `usage` object of chat, completions and embeddings, under every name that members of the family have for a count. */
export function countTokens(value: unknown): TokenCounts | undefined {
  const usage = objectOf(value);
  if (usage === undefined) return undefined;
  const input = countOf(usage['prompt_tokens'] ?? usage['input_tokens']);
  const output = countOf(usage['completion_tokens'] ?? usage['output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const ofInput = inputDetails(usage);
  const ofOutput = fieldsOf(usage['completion_tokens_details']);
  // Perplexity has the number at the top.
  const reasoning = countOf(ofOutput['reasoning_tokens'] ?? usage['reasoning_tokens']);
  const cacheRead = countCacheRead(usage, ofInput);
  const said = { input: input ?? 0, output: output ?? 0, reasoning: reasoning ?? 0 };
  return defined({
    // xAI has been seen to count cached tokens beside the others.
    input: said.input + ((cacheRead ?? 0) > said.input ? (cacheRead ?? 0) : 0),
    output: said.output + (isBeside(said, usage) ? said.reasoning : 0),
    cacheRead,
    cacheWrite: countOf(
      ofInput['cache_write_tokens'] ??
        ofInput['cache_creation_tokens'] ??
        ofInput['cache_creation_input_tokens'] ??
        usage['cache_creation_input_tokens'],
    ),
    inputAudio: countOf(ofInput['audio_tokens']),
    inputTool: countOf(ofInput['tool_tokens']),
    reasoning,
    outputAudio: countOf(ofOutput['audio_tokens']),
    // Perplexity's.
    searches: countOf(usage['num_search_queries']),
  });
}

/** Mistral has been seen with both names. */
function inputDetails(usage: JsonObject): JsonObject {
  return fieldsOf(usage['prompt_tokens_details'] ?? usage['prompt_token_details']);
}

/** DeepSeek counts hits beside the details, Moonshot and Mistral put the number at the top, others use Anthropic's names. */
function countCacheRead(usage: JsonObject, ofInput: JsonObject): number | undefined {
  return countOf(
    ofInput['cached_tokens'] ??
      usage['prompt_cache_hit_tokens'] ??
      usage['cached_tokens'] ??
      usage['num_cached_tokens'] ??
      usage['cache_read_input_tokens'],
  );
}

/** Of Perplexity's usage only. */
const ofPerplexity = ['citation_tokens', 'num_search_queries', 'search_context_size'];

/**
 * xAI and Perplexity leave reasoning out of `completion_tokens`. xAI's total tells; Perplexity's leaves it out, too. Where
 * there is no total, it is clear if there is more of it than of all.
 */
function isBeside(
  { input, output, reasoning }: Readonly<Record<'input' | 'output' | 'reasoning', number>>,
  usage: JsonObject,
): boolean {
  if (reasoning === 0) return false;
  if (ofPerplexity.some((name) => usage[name] !== undefined)) return true;
  const total = countOf(usage['total_tokens']);
  return total === undefined ? reasoning > output : total === input + output + reasoning;
}
