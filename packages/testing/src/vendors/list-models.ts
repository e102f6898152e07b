import type { JsonObject } from '../wire/read-json.ts';

export function listModels(models: readonly string[], created: number): JsonObject {
  return { object: 'list', data: models.map((model) => listModel(model, created)) };
}

export function listModel(model: string, created: number): JsonObject {
  return { id: model, object: 'model', created, owned_by: 'system' };
}
