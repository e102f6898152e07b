import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, fieldsOf, isEmpty, listOf, objectOf, restOf } from '../shared/read.ts';
import { countedFields, countedOfInput, countedOfOutput, countTokens } from './count-tokens.ts';
import { extraOf, ownOf } from './own-extra.ts';

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
  const counts = countTokens(value);
  return counts && { ...counts, ...extraOf(restOfUsage(fieldsOf(value))) };
}

function restOfUsage(usage: JsonObject): JsonObject {
  return defined({
    ...restOf(usage, countedFields),
    prompt_tokens_details: restOf(fieldsOf(usage['prompt_tokens_details']), countedOfInput),
    completion_tokens_details: restOf(fieldsOf(usage['completion_tokens_details']), countedOfOutput),
  });
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
