import * as anthropic from '../dialects/anthropic-messages/render-models.ts';
import * as gemini from '../dialects/gemini/render-models.ts';
import * as openai from '../dialects/openai-chat/render-models.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Exchange } from '../protocol/exchange.ts';
import type { ModelCard } from '../protocol/model-card.ts';
import { answerJson } from './local-answers.ts';
import type { Route } from './route-table.ts';

/** What there is to list, in the shape of the SDK that asks: Anthropic's, at OpenAI's address, tells itself by its version. */
export function answerModels(exchange: Exchange, route: Route, cards: readonly ModelCard[]): Answer {
  return answerJson(faceOf(exchange, route).renderModels(cards));
}

export function answerModel(exchange: Exchange, route: Route, card: ModelCard): Answer {
  return answerJson(faceOf(exchange, route).renderModel(card));
}

function faceOf({ headers }: Exchange, { dialect }: Route): typeof openai {
  if (dialect === 'gemini') return gemini;
  return headers['anthropic-version'] === undefined ? openai : anthropic;
}
