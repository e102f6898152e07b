import type { ModelCard } from '../../protocol/model-card.ts';

/** As `models.get` has it: https://ai.google.dev/api/models. */
export function renderModel({ id, modality, window }: ModelCard): object {
  return {
    name: `models/${id}`,
    displayName: id,
    ...(window === undefined ? {} : { inputTokenLimit: window }),
    supportedGenerationMethods: modality === 'chat' ? ['generateContent', 'streamGenerateContent'] : [],
  };
}

/** All on one page. */
export function renderModels(cards: readonly ModelCard[]): object {
  return { models: cards.map(renderModel) };
}
