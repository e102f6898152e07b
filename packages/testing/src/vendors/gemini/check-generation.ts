import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import type { GeminiFacts } from './gemini-facts.ts';

/** What Google refuses about the options of an answer, in its words. */
export function checkGeneration(body: JsonObject, facts: GeminiFacts): string | undefined {
  const config = isJsonObject(body.generationConfig) ? body.generationConfig : {};
  return checkRanges(config) ?? checkFormat(config, body, facts) ?? checkThinking(config, facts);
}

const ranges = [
  ['temperature', 'temperature', 0, 2],
  ['topP', 'top_p', 0, 1],
  ['maxOutputTokens', 'max_output_tokens', 1, 65_536],
  ['candidateCount', 'candidate_count', 1, 8],
] as const;

function checkRanges(config: JsonObject): string | undefined {
  for (const [field, name, least, most] of ranges) {
    const value = readNumber(config[field]);
    if (value === undefined || (value >= least && value <= most)) continue;
    return `* GenerateContentRequest.generation_config.${name}: ${name} must be in the range [${least}, ${most}].\n`;
  }
  return readList(config.stopSequences).length > 5
    ? '* GenerateContentRequest.generation_config.stop_sequences: at most 5 stop sequences are allowed.\n'
    : undefined;
}

function checkFormat(
  { responseMimeType, responseSchema, responseJsonSchema }: JsonObject,
  { tools }: JsonObject,
  facts: GeminiFacts,
): string | undefined {
  const isJson = responseMimeType === 'application/json';
  const hasSchema = responseSchema !== undefined || responseJsonSchema !== undefined;
  if (responseSchema !== undefined && responseJsonSchema !== undefined) {
    return '* GenerateContentRequest.generation_config: only one of response_schema and response_json_schema can be set.\n';
  }
  if (hasSchema && !isJson && responseMimeType !== 'text/x.enum') {
    return '* GenerateContentRequest.generation_config.response_schema: response_schema needs response_mime_type application/json.\n';
  }
  const hasFunctions = readList(tools).some(
    (tool) => isJsonObject(tool) && readList(tool.functionDeclarations).length > 0,
  );
  return isJson && hasFunctions && !facts.mixesToolsAndJson
    ? "Function calling with a response mime type: 'application/json' is unsupported"
    : undefined;
}

function checkThinking({ thinkingConfig }: JsonObject, facts: GeminiFacts): string | undefined {
  if (!isJsonObject(thinkingConfig)) return undefined;
  const budget = readNumber(thinkingConfig.thinkingBudget);
  const level = readString(thinkingConfig.thinkingLevel);
  if (facts.thinking === 'none') return 'Thinking is not supported by this model.';
  if (budget !== undefined && level !== undefined) {
    return 'You can only set only one of thinking budget and thinking level.';
  }
  if (level !== undefined && facts.thinking === 'budget') {
    return 'Thinking level is not supported for this model.';
  }
  if (level !== undefined && !facts.levels.includes(level)) {
    return `Thinking level ${level} is not supported for this model. Please retry with other thinking level.`;
  }
  const [least, most] = facts.budgets;
  if (budget === 0 && !facts.canTurnOff) {
    return 'Budget 0 is invalid. This model only works in thinking mode.';
  }
  return budget === undefined || budget === 0 || budget === -1 || (budget >= least && budget <= most)
    ? undefined
    : `The thinking budget ${budget} is invalid. Please choose a value between ${least} and ${most}.`;
}
