/** One model that callers can name. */
export interface ModelCard {
  readonly id: string;
  /** Seconds since the epoch; when the gateway began to serve it. */
  readonly created: number;
  readonly ownedBy: string;
}

/** `GET /v1/models/{id}` */
export function renderModel(card: ModelCard): object {
  return { id: card.id, object: 'model', created: card.created, owned_by: card.ownedBy };
}

/** `GET /v1/models` */
export function renderModels(cards: readonly ModelCard[]): object {
  return { object: 'list', data: cards.map(renderModel) };
}
