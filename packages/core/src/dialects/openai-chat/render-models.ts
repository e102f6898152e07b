import type { ModelCard } from '../../protocol/model-card.ts';

/** `GET /v1/models/{id}` */
export function renderModel(card: ModelCard): object {
  return { id: card.id, object: 'model', created: card.created, owned_by: card.ownedBy };
}

/** `GET /v1/models` */
export function renderModels(cards: readonly ModelCard[]): object {
  return { object: 'list', data: cards.map(renderModel) };
}
