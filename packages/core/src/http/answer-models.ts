import {
  renderModel as renderAnthropicModel,
  renderModels as renderAnthropicModels,
} from '../dialects/anthropic-messages/render-models.ts';
import {
  renderModel as renderGeminiModel,
  renderModels as renderGeminiModels,
} from '../dialects/gemini/render-models.ts';
import { renderModel, renderModels } from '../dialects/openai-chat/render-models.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Exchange } from '../protocol/exchange.ts';
import type { ModelCard } from '../protocol/model-card.ts';
import { answerJson } from './local-answers.ts';
import type { Route } from './route-table.ts';

/** How one vendor's SDK wants models to be listed. */
interface Shape {
  readonly one: (card: ModelCard) => object;
  readonly all: (cards: readonly ModelCard[]) => object;
}

const openai: Shape = { one: renderModel, all: renderModels };
const anthropic: Shape = { one: renderAnthropicModel, all: renderAnthropicModels };
const gemini: Shape = { one: renderGeminiModel, all: renderGeminiModels };

/** What there is to list, in the shape of the SDK that asks. */
export function answerModels(exchange: Exchange, route: Route, cards: readonly ModelCard[]): Answer {
  return answerJson(shapeFor(exchange, route).all(cards));
}

export function answerModel(exchange: Exchange, route: Route, card: ModelCard): Answer {
  return answerJson(shapeFor(exchange, route).one(card));
}

/** Anthropic's SDK, at the address of OpenAI's, tells itself by its version. */
function shapeFor({ headers }: Exchange, { dialect }: Route): Shape {
  if (dialect === 'gemini') return gemini;
  return headers['anthropic-version'] === undefined ? openai : anthropic;
}
