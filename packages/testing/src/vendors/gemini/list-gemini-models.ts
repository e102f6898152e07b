import type { JsonObject } from '../../wire/read-json.ts';
import { geminiFacts } from './gemini-facts.ts';
import { kindOf, listMethods } from './model-kinds.ts';

/** A page of models, and where the next one begins. */
export function listGeminiModels(models: readonly string[], query: URLSearchParams): JsonObject {
  const size = Number(query.get('pageSize') ?? 50);
  const start = Number(query.get('pageToken') ?? 0);
  const hasMore = start + size < models.length;
  return {
    models: models.slice(start, start + size).map(describeGemini),
    ...(hasMore ? { nextPageToken: String(start + size) } : {}),
  };
}

export function describeGemini(model: string): JsonObject {
  return {
    name: `models/${model}`,
    version: '001',
    displayName: model,
    description: `Simulated ${model}`,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: listMethods(model),
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
    ...(kindOf(model) !== 'chat' || geminiFacts(model).thinking === 'none' ? {} : { thinking: true }),
  };
}
