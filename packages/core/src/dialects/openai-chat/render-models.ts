import type { ModelCard } from '../../protocol/model-card.ts';

/** `GET /v1/models/{id}`: OpenAI's own fields, and what else is known. https://platform.openai.com/docs/api-reference/models/object */
export function renderModel({
  id,
  created,
  ownedBy,
  modality,
  window,
  capabilities,
  sunset,
}: ModelCard): object {
  return {
    id,
    object: 'model',
    created,
    owned_by: ownedBy,
    ...(sunset === undefined ? {} : { shutdown_date: sunset.date, successor: sunset.successor ?? null }),
    modality,
    ...(window === undefined ? {} : { context_window: window }),
    ...(capabilities === undefined ? {} : { capabilities }),
  };
}

/** `GET /v1/models` */
export function renderModels(cards: readonly ModelCard[]): object {
  return { object: 'list', data: cards.map(renderModel) };
}
