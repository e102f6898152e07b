import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { countOf, defined, fieldsOf, isObject, listOf, optional, restOf } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';

const inputParts = ['cached_tokens', 'cache_write_tokens', 'audio_tokens', 'tool_tokens'];
const outputParts = ['reasoning_tokens', 'audio_tokens'];

/** OpenAI's counts are by the gateway's convention already: the details are parts of the sums. `output`: the items of the response. */
export function parseUsage(value: Json | undefined, output?: Json): ChatUsage | undefined {
  if (!isObject(value)) return undefined;
  const input = countOf(value['input_tokens']) ?? 0;
  const written = countOf(value['output_tokens']) ?? 0;
  const ofInput = fieldsOf(value['input_tokens_details']);
  const ofOutput = fieldsOf(value['output_tokens_details']);
  return {
    input,
    output: written,
    ...optional('cacheRead', countOf(ofInput['cached_tokens'])),
    ...optional('cacheWrite', countOf(ofInput['cache_write_tokens'])),
    ...optional('inputAudio', countOf(ofInput['audio_tokens'])),
    ...optional('inputTool', countOf(ofInput['tool_tokens'])),
    ...optional('reasoning', countOf(ofOutput['reasoning_tokens'])),
    ...optional('outputAudio', countOf(ofOutput['audio_tokens'])),
    ...optional('searches', countSearches(output)),
    ...extraOf({
      ...restOf(value, [
        'input_tokens',
        'output_tokens',
        'total_tokens',
        'input_tokens_details',
        'output_tokens_details',
      ]),
      ...optional('input_tokens_details', restOf(ofInput, inputParts)),
      ...optional('output_tokens_details', restOf(ofOutput, outputParts)),
    }),
  };
}

/** What a search has found is opened and looked through at no price: https://platform.openai.com/docs/pricing. */
function countSearches(output: Json | undefined): number | undefined {
  const searches = listOf(output).filter((item) => {
    const { type, action } = fieldsOf(item);
    return type === 'web_search_call' && (fieldsOf(action)['type'] ?? 'search') === 'search';
  });
  return searches.length || undefined;
}

export function renderUsage(usage: ChatUsage): JsonObject {
  const own = ownOf(usage.extra);
  return {
    ...own,
    input_tokens: usage.input,
    input_tokens_details: defined({
      cached_tokens: usage.cacheRead ?? 0,
      cache_write_tokens: usage.cacheWrite ?? 0,
      audio_tokens: usage.inputAudio,
      tool_tokens: usage.inputTool,
      ...fieldsOf(own['input_tokens_details']),
    }),
    output_tokens: usage.output,
    output_tokens_details: defined({
      reasoning_tokens: usage.reasoning ?? 0,
      audio_tokens: usage.outputAudio,
      ...fieldsOf(own['output_tokens_details']),
    }),
    total_tokens: usage.input + usage.output,
  };
}
