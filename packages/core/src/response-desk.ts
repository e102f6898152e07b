import { BackgroundDesk, type Beginning } from './background-desk.ts';
import type { ToldResponse } from './dialects/openai-responses/find-response.ts';
import { ByteCall } from './dialects/shared/byte-call.ts';
import { invalid } from './dialects/shared/read.ts';
import { storedForms } from './dialects/stored-forms.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import { answerJson } from './http/local-answers.ts';
import type { StoredOperation } from './http/route-table.ts';
import { keepAnswer, type Place } from './keep-answer.ts';
import { type StoredResponse, StoredResponses } from './memory/stored-responses.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, TargetName } from './protocol/call.ts';
import type { Clock } from './protocol/clock.ts';
import type { JsonObject } from './protocol/json.ts';
import type { Logger } from './protocol/logger.ts';
import { previousNotFound } from './protocol/previous.ts';
import type { Store } from './protocol/store.ts';

/** What is asked about a stored response. */
export interface StoredQuestion {
  readonly owner: string;
  readonly operation: StoredOperation;
  readonly id: string;
  /** As it came, behind the question mark. */
  readonly query: string;
  /** Asks the upstream that keeps it. */
  readonly send: (call: Call, target: TargetName) => Promise<Answer>;
}

export interface DeskParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Callers are not told apart. */
  readonly isOpen: boolean;
  /** Milliseconds that a call may take. */
  readonly total: number;
}

/**
 * The Responses API's memory: a conversation goes on by the id of its last answer, whichever vendor gave it and whichever
 * is asked next. What an upstream keeps stays there; the gateway knows where it is, and what was said.
 */
export class ResponseDesk {
  readonly #responses: StoredResponses | undefined;
  readonly #background: BackgroundDesk | undefined;
  readonly #parts: DeskParts;

  /** `store`: undefined where nothing is to be kept. */
  constructor(store: Store | undefined, parts: DeskParts) {
    this.#responses = store && new StoredResponses(store);
    this.#background = this.#responses && new BackgroundDesk({ ...parts, responses: this.#responses });
    this.#parts = parts;
  }

  /** A call whose caller does not wait. @throws GatewayError, see `BackgroundDesk.begin` */
  begin(call: Call, beginning: Beginning): Promise<Answer> {
    if (this.#background === undefined) throw unkept();
    return this.#background.begin(call, beginning);
  }

  /**
   * Finds what a call goes on from, and lets it find the items that it names. An id that is not known here may be its
   * upstream's own, where callers are not told apart; another owner's is nobody's.
   *
   * @throws GatewayError `VE_PREVIOUS_NOT_FOUND`, `VE_STORE_FAILED`; `VE_PARAMETER_INVALID` for an answer that could not be asked for later.
   */
  async recall(call: Call, owner: string): Promise<void> {
    const responses = this.#responses;
    if (responses === undefined && call.isBackground && !call.stream) throw unkept();
    if (responses !== undefined)
      call.keptItems = {
        find: (ids) => findItems(responses, owner, ids),
        keepers: (ids) => responses.findKeepers(owner, ids),
      };
    if (call.previousId === undefined) return;
    call.previous = await responses?.follow(owner, call.previousId);
    if (call.previous === undefined && !this.#parts.isOpen) throw previousNotFound(call.previousId);
  }

  /** Keeps the answer before its caller has the whole of it, so that the next call finds it. */
  async keep(call: Call, answer: Answer, place: Place): Promise<Answer> {
    const responses = this.#responses;
    if (responses === undefined) return answer;
    return keepAnswer(call, answer, { ...place, responses, logger: this.#parts.logger });
  }

  /** @throws GatewayError `VE_RESPONSE_NOT_FOUND`, `VE_PARAMETER_INVALID`, `VE_STORE_FAILED` */
  async answer(question: StoredQuestion): Promise<Answer> {
    const { owner, id, operation } = question;
    const stored = await this.#responses?.find(owner, id);
    if (stored === undefined) throw new GatewayError('VE_RESPONSE_NOT_FOUND', { id });
    const { target } = stored;
    const answer =
      target === undefined
        ? await this.#answerOwn(stored, question)
        : await this.#askKeeper(stored, { ...question, target });
    if (operation === 'delete-response') await this.#forget(owner, id);
    return answer;
  }

  /** Everything that has been answered is kept. */
  async settled(): Promise<void> {
    await this.#background?.settled();
  }

  async #answerOwn(stored: StoredResponse, { owner, id, operation, query }: StoredQuestion): Promise<Answer> {
    const parameters = new URLSearchParams(query);
    if (operation === 'delete-response') return answerJson({ id, object: 'response', deleted: true });
    if (operation === 'cancel-response' && this.#background !== undefined)
      return this.#background.cancel(stored, { owner, id });
    if (operation === 'list-input-items') {
      const conversation = await this.#responses?.follow(owner, id);
      return answerJson(storedForms().listInputItems((await conversation?.turns()) ?? [stored], parameters));
    }
    if (parameters.get('stream') === 'true')
      throw invalid('stream', 'this response cannot be streamed again');
    return answerJson(this.#background?.asItIs(stored) ?? stored.response);
  }

  async #askKeeper(
    stored: StoredResponse,
    question: StoredQuestion & { readonly target: TargetName },
  ): Promise<Answer> {
    const { owner, operation, target, send } = question;
    const { isUnderWay, readResponse } = storedForms();
    try {
      const answer = await send(storedCall(question, target), target);
      const told = answer.body instanceof Uint8Array ? readResponse(answer.body) : undefined;
      // It was kept while it was being made: another vendor, who may be asked to go on, needs all of it.
      if (told !== undefined && isUnderWay(stored.response)) await this.#keepAnew(owner, stored, told);
      return answer;
    } catch (thrown) {
      const error = toGatewayError(thrown);
      const isGone = operation === 'delete-response' && error.details.upstreamStatus === 404;
      if (isGone) await this.#forget(owner, question.id);
      throw error;
    }
  }

  async #keepAnew(owner: string, stored: StoredResponse, told: ToldResponse): Promise<void> {
    const { id, text: response, items } = told;
    const request = JSON.stringify(stored.request);
    try {
      await this.#responses?.keep(owner, { ...stored, id, request, response, items });
    } catch (error) {
      this.#parts.logger.error({ error, responseId: id }, 'a response could not be kept');
    }
  }

  async #forget(owner: string, id: string): Promise<void> {
    await this.#responses?.delete(owner, id);
    this.#background?.stop(owner, id);
  }
}

async function findItems(
  responses: StoredResponses,
  owner: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const found = await responses.findByItems(owner, ids);
  return new Map([...found].flatMap(([{ response }, items]) => storedForms().pickItems(response, items)));
}

const methods = {
  'get-response': ['GET', ''],
  'delete-response': ['DELETE', ''],
  'cancel-response': ['POST', '/cancel'],
  'list-input-items': ['GET', '/input_items'],
} as const satisfies Record<StoredOperation, readonly [string, string]>;

function storedCall({ operation, id, query }: StoredQuestion, { model }: TargetName): Call {
  const [method, below] = methods[operation];
  const parameters = pickParameters(query);
  const behind = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  return new ByteCall(Buffer.alloc(0), {
    operation: 'stored-response',
    dialect: 'openai-responses',
    model,
    stream: parameters.get('stream') === 'true',
    wantsUsage: true,
    choices: 1,
    headers: {},
    splice: {},
    stored: { method, path: `/${encodeURIComponent(id)}${below}${behind}` },
  });
}

/** https://platform.openai.com/docs/api-reference/responses/get and `/input-items`. */
const parametersOfApi: ReadonlySet<string> = new Set([
  'after',
  'before',
  'include',
  'include[]',
  'include_obfuscation',
  'limit',
  'order',
  'starting_after',
  'stream',
]);

/** What else stands in an address is between the caller and the host: a token by which it knows who calls, say. */
function pickParameters(query: string): URLSearchParams {
  return new URLSearchParams([...new URLSearchParams(query)].filter(([name]) => parametersOfApi.has(name)));
}

function unkept(): GatewayError {
  return invalid('background', 'nothing is kept here, so it could not be found again');
}
