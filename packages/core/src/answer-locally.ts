import { matchesName } from './access/match-name.ts';
import type { AdminDesk } from './admin/admin-desk.ts';
import type { UsageDesk } from './admin/usage-desk.ts';
import { GatewayError } from './errors.ts';
import type { FileDesk } from './files/file-desk.ts';
import { answerModel, answerModels } from './http/answer-models.ts';
import { answerJson, decodeId } from './http/local-answers.ts';
import { isAboutJob, isAdmin, type LocalRoute } from './http/route-table.ts';
import type { JobDoor } from './jobs/job-door.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, TargetName } from './protocol/call.ts';
import type { Exchange } from './protocol/exchange.ts';
import type { ModelCard } from './protocol/model-card.ts';
import type { Principal } from './protocol/principal.ts';
import type { ResponseDesk } from './response-desk.ts';

/** What is answered from. */
export interface LocalRooms {
  readonly desk: ResponseDesk;
  readonly files: FileDesk;
  readonly jobs: JobDoor;
  readonly admin: AdminDesk;
  readonly usage: UsageDesk;
  /** What can be asked here, in words of OpenAPI. `base`: see `Exchange.base`. */
  document(base: string): Promise<Answer>;
  /** Metrics for whom the operator's own function lets in; undefined where it does not. */
  readonly scrape: ((hostRequest: unknown) => Promise<Answer | undefined>) | undefined;
  listModels(): Promise<readonly ModelCard[]>;
  /** Rejects with GatewayError `VE_MODEL_NOT_FOUND`. */
  getModel(id: string): Promise<ModelCard>;
}

export interface LocalQuestion {
  readonly exchange: Exchange;
  readonly route: LocalRoute;
  /** What stood in the path for a name, still encoded. */
  readonly id: string | undefined;
  readonly owner: string;
  readonly principal: Principal | undefined;
  /** The body of a request that has one. */
  readonly read: () => Promise<Buffer>;
  /** Asks the upstream that keeps a response. */
  readonly send: (call: Call, target: TargetName) => Promise<Answer>;
}

/** Answers what needs no model: from the options, or from what is kept of earlier answers. @throws GatewayError */
export async function answerLocally(question: LocalQuestion, rooms: LocalRooms): Promise<Answer> {
  const { exchange, route, owner, principal, send, read } = question;
  const { operation } = route;
  const mayAsk = ({ id: model }: { readonly id: string }): boolean => matchesName(principal?.models, model);
  if (operation === 'list-models')
    return answerModels(exchange, route, (await rooms.listModels()).filter(mayAsk));
  const id = decodeId(question.id ?? '');
  const { query, base, headers, hostRequest } = exchange;
  if (isAdmin(operation))
    return rooms.admin.answer({ operation, id, query, base, principal, hostRequest, read });
  if (operation === 'openapi') return rooms.document(base);
  if (operation === 'usage') return answerJson(await rooms.usage.own(principal));
  const job = { id, owner, query, base, send, headers, read };
  // What a task has made is where the task is.
  if (operation === 'get-file' && id.startsWith('media_')) return rooms.files.answer(id, headers['range']);
  if (operation === 'get-file') return (await rooms.jobs.open()).desk.content(job);
  if (isAboutJob(operation)) return (await rooms.jobs.open()).desk.answer({ ...job, operation });
  if (operation === 'get-model') {
    const card = await rooms.getModel(id);
    if (!mayAsk(card)) throw new GatewayError('VE_MODEL_NOT_FOUND', { model: id });
    return answerModel(exchange, route, card);
  }
  return rooms.desk.answer({ operation, id, owner, send, query });
}
