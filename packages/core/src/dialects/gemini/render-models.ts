import type { ModelCard } from '../../protocol/model-card.ts';

/** As `models.get` has it: https://ai.google.dev/api/models. */
export function renderModel({ id }: ModelCard): object {
  return {
    name: `models/${id}`,
    displayName: id,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent'],
  };
}

/** All on one page. */
export function renderModels(cards: readonly ModelCard[]): object {
  return { models: cards.map(renderModel) };
}
