import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { keep, ownExtra } from './own-extra.ts';
import { asNumber, asObject, compact, isObject, omit, optional } from './read.ts';

const inputParts = ['cached_tokens', 'cache_write_tokens', 'audio_tokens', 'tool_tokens'];
const outputParts = ['reasoning_tokens', 'audio_tokens'];

/** OpenAI's counts are by the gateway's convention already: the details are parts of the sums. */
export function parseUsage(value: Json | undefined): ChatUsage | undefined {
  if (!isObject(value)) return undefined;
  const input = asNumber(value['input_tokens']) ?? 0;
  const output = asNumber(value['output_tokens']) ?? 0;
  const ofInput = asObject(value['input_tokens_details']);
  const ofOutput = asObject(value['output_tokens_details']);
  return {
    input,
    output,
    ...optional('cacheRead', asNumber(ofInput['cached_tokens'])),
    ...optional('cacheWrite', asNumber(ofInput['cache_write_tokens'])),
    ...optional('inputAudio', asNumber(ofInput['audio_tokens'])),
    ...optional('inputTool', asNumber(ofInput['tool_tokens'])),
    ...optional('reasoning', asNumber(ofOutput['reasoning_tokens'])),
    ...optional('outputAudio', asNumber(ofOutput['audio_tokens'])),
    ...keep({
      ...omit(value, [
        'input_tokens',
        'output_tokens',
        'total_tokens',
        'input_tokens_details',
        'output_tokens_details',
      ]),
      ...optional('input_tokens_details', omit(ofInput, inputParts)),
      ...optional('output_tokens_details', omit(ofOutput, outputParts)),
    }),
  };
}

export function renderUsage(usage: ChatUsage): JsonObject {
  const own = ownExtra(usage.extra);
  return {
    ...own,
    input_tokens: usage.input,
    input_tokens_details: compact({
      cached_tokens: usage.cacheRead ?? 0,
      cache_write_tokens: usage.cacheWrite ?? 0,
      audio_tokens: usage.inputAudio,
      tool_tokens: usage.inputTool,
      ...asObject(own['input_tokens_details']),
    }),
    output_tokens: usage.output,
    output_tokens_details: compact({
      reasoning_tokens: usage.reasoning ?? 0,
      audio_tokens: usage.outputAudio,
      ...asObject(own['output_tokens_details']),
    }),
    total_tokens: usage.input + usage.output,
  };
}
