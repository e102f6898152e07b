import type { Budgets } from '../access/budgets.ts';
import { principalOf } from '../access/principal-of.ts';
import { GatewayError } from '../errors.ts';
import { answerJson } from '../http/local-answers.ts';
import type { AdminOperation } from '../http/route-table.ts';
import type { Answer } from '../protocol/answer.ts';
import type { ContentRecord, Ledger } from '../protocol/ledger.ts';
import type { Principal } from '../protocol/principal.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { parseBody } from './read-json.ts';
import type { UsageDesk } from './usage-desk.ts';

export interface AdminParts {
  /** See the option. */
  readonly admin: ((principal: Principal, request: unknown) => boolean | Promise<boolean>) | undefined;
  readonly keys: GatewayKeys;
  /** Undefined where nothing is written down. */
  readonly ledger: Ledger | undefined;
  readonly usage: UsageDesk;
  /** Undefined where nothing is limited. */
  readonly budgets: Budgets | undefined;
}

export interface AdminQuestion {
  readonly operation: AdminOperation;
  /** What stood in the path for a name. */
  readonly id: string;
  /** Behind the question mark. */
  readonly query: string;
  readonly principal: Principal | undefined;
  readonly hostRequest: unknown;
  readonly read: () => Promise<Buffer>;
}

/** What operators ask and change over HTTP. */
export class AdminDesk {
  readonly #parts: AdminParts;

  constructor(parts: AdminParts) {
    this.#parts = parts;
  }

  /** @throws GatewayError `VE_FORBIDDEN` for everybody but those who may, before anything is read */
  async answer(question: AdminQuestion): Promise<Answer> {
    await this.#checkAdmin(question);
    const { operation } = question;
    const made = operation === 'create-key' ? { status: 201 } : {};
    return unkept({ ...(await this.#serve(question)), ...made });
  }

  async #checkAdmin({ principal, hostRequest }: AdminQuestion): Promise<void> {
    const { admin } = this.#parts;
    let may: unknown = false;
    try {
      may = principal !== undefined && (await admin?.(principal, hostRequest));
    } catch (cause) {
      throw new GatewayError('VE_IDENTIFY_FAILED', {}, { cause });
    }
    // Not what is only as good as true: an object, say, that a database gave.
    if (may !== true) throw new GatewayError('VE_FORBIDDEN', { reason: 'this is for administrators only' });
  }

  async #serve(question: AdminQuestion): Promise<Answer> {
    const { id, query, operation } = question;
    const { keys, usage } = this.#parts;
    switch (operation) {
      case 'list-keys':
        return answerJson(await this.#listKeys(query));
      case 'create-key':
        return answerJson(await keys.create((await readers()).readKeySpec(await bodyOf(question))));
      case 'get-key':
        return answerJson(await keys.get(id));
      case 'update-key': {
        const { changes, version } = (await readers()).readKeyPatch(await bodyOf(question));
        return answerJson(await keys.update(id, changes, version === undefined ? {} : { version }));
      }
      case 'rotate-key':
        return answerJson(await keys.rotate(id, (await readers()).readRotation(await bodyOf(question))));
      case 'disable-key':
        return answerJson(await keys.disable(id));
      case 'enable-key':
        return answerJson(await keys.enable(id));
      case 'delete-key':
        if (await keys.delete(id)) return answerJson({ id, deleted: true });
        throw new GatewayError('VE_OBJECT_NOT_FOUND', { id, noun: 'Key' });
      case 'all-usage':
        return answerJson(await usage.all(query));
      case 'list-calls':
        return this.#listCalls(query);
      case 'get-call':
        return answerJson(await this.#findCall(id));
      case 'get-budgets':
        return answerJson({ data: await this.#readBudgets(id, query) });
      default: {
        operation satisfies 'top-up';
        const { readOf, readTopUp } = await readers();
        const { dollars, id: once } = readTopUp(await bodyOf(question));
        const owner = readOf(query) === 'key' ? { key: (await keys.get(id)).id } : id;
        return answerJson(await this.#budgets().topUp(owner, dollars, { id: once }));
      }
    }
  }

  async #listKeys(query: string): Promise<object> {
    const { readKeyListing, readQuery } = await readers();
    const listing = readKeyListing(readQuery(query));
    const data = await this.#parts.keys.list(listing);
    return { data, hasMore: data.length === listing.limit };
  }

  async #listCalls(query: string): Promise<Answer> {
    const { readCalls } = await readers();
    const { format, limit, cursor: after, ...filter } = readCalls(query);
    const ledger = this.#ledger();
    if (format === 'csv' || format === 'jsonl') {
      const { exportCalls } = await import('./export-calls.ts');
      return exportCalls(ledger, filter, format);
    }
    const { entries, cursor } = await ledger.query({ ...filter, limit, cursor: after });
    return answerJson({ data: entries, cursor: cursor ?? null });
  }

  async #findCall(id: string): Promise<object> {
    const ledger = this.#ledger();
    const entry = await ledger.find(id);
    if (entry === undefined) throw new GatewayError('VE_OBJECT_NOT_FOUND', { id, noun: 'Call' });
    return { ...entry, content: shown(await ledger.content(id)) };
  }

  /** Of a place in the tree, and of those above it; or of a key. */
  async #readBudgets(id: string, query: string): Promise<readonly object[]> {
    const { readOf } = await readers();
    if (readOf(query) === 'path') return this.#budgets().read(id);
    return this.#parts.usage.budgetsOf(principalOf(await this.#parts.keys.get(id)));
  }

  /** @throws GatewayError `VE_ROUTE_NOT_FOUND` where nothing is written down */
  #ledger(): Ledger {
    const { ledger } = this.#parts;
    if (ledger === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
    return ledger;
  }

  #budgets(): Budgets {
    const { budgets } = this.#parts;
    if (budgets === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
    return budgets;
  }
}

/** Those who are no operators need none of it. */
const readers = async (): Promise<typeof import('./read-admin.ts')> => import('./read-admin.ts');

async function bodyOf({ read }: AdminQuestion): Promise<unknown> {
  const body = await read();
  return body.length === 0 ? {} : parseBody(body);
}

/** Where an operator wants contents to be kept, an operator is shown them. */
function shown(content: ContentRecord | undefined): object | null {
  return content === undefined
    ? null
    : { question: content.question.reveal(), answer: content.answer.reveal() };
}

/** No cache keeps it, and no browser takes it for something else. */
export function unkept(answer: Answer): Answer {
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    },
  };
}
