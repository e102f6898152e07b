import { answerModel, answerModels } from './http/answer-models.ts';
import { decodeId } from './http/local-answers.ts';
import type { LocalRoute } from './http/route-table.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, TargetName } from './protocol/call.ts';
import type { Exchange } from './protocol/exchange.ts';
import type { ModelCard } from './protocol/model-card.ts';
import type { ResponseDesk } from './response-desk.ts';

/** What is answered from. */
export interface LocalRooms {
  readonly desk: ResponseDesk;
  listModels(): readonly ModelCard[];
  /** @throws GatewayError `VE_MODEL_NOT_FOUND` */
  getModel(id: string): ModelCard;
}

export interface LocalQuestion {
  readonly exchange: Exchange;
  readonly route: LocalRoute;
  /** What stood in the path for a name, still encoded. */
  readonly id: string | undefined;
  readonly owner: string;
  /** Asks the upstream that keeps a response. */
  readonly send: (call: Call, target: TargetName) => Promise<Answer>;
}

/** Answers what needs no model: from the options, or from what is kept of earlier answers. @throws GatewayError */
export async function answerLocally(question: LocalQuestion, rooms: LocalRooms): Promise<Answer> {
  const { exchange, route, owner, send } = question;
  const { operation } = route;
  if (operation === 'list-models') return answerModels(exchange, route, rooms.listModels());
  const id = decodeId(question.id ?? '');
  if (operation === 'get-model') return answerModel(exchange, route, rooms.getModel(id));
  return rooms.desk.answer({ operation, id, owner, send, query: exchange.query });
}
