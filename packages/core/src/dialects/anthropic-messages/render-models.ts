import type { ModelCard } from '../../protocol/model-card.ts';

/** As the Models API has it: https://platform.claude.com/docs/en/api/models-list. */
export function renderModel({ id, created, window }: ModelCard): object {
  const createdAt = new Date(created * 1000).toISOString();
  return { type: 'model', id, display_name: id, created_at: createdAt, max_input_tokens: window ?? null };
}

/** All on one page. */
export function renderModels(cards: readonly ModelCard[]): object {
  return {
    data: cards.map(renderModel),
    has_more: false,
    first_id: cards[0]?.id ?? null,
    last_id: cards.at(-1)?.id ?? null,
  };
}
