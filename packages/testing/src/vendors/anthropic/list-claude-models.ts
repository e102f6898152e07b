import type { JsonObject } from '../../wire/read-json.ts';
import { claudeFacts } from './claude-facts.ts';

/** A page of models, newest first, and the places before and after it. */
export function listClaudeModels(models: readonly string[], query: URLSearchParams): JsonObject {
  const limit = Number(query.get('limit') ?? 20);
  const after = query.get('after_id');
  const start = after === null ? 0 : models.indexOf(after) + 1;
  const page = models.slice(start, start + limit);
  return {
    data: page.map(describeClaude),
    has_more: start + limit < models.length,
    first_id: page[0] ?? null,
    last_id: page.at(-1) ?? null,
  };
}

export function describeClaude(model: string): JsonObject {
  const facts = claudeFacts(model);
  return {
    type: 'model',
    id: model,
    display_name: model
      .split('-')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(' '),
    created_at: '2026-01-01T00:00:00Z',
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: /opus|sonnet|haiku|fable|mythos/.exec(model)?.[0] ?? null,
    max_input_tokens: 200_000,
    max_tokens: facts.mostTokens,
    retires_at: null,
  };
}
