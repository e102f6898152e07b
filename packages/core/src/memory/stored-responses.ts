import { GatewayError } from '../errors.ts';
import type { TargetName } from '../protocol/call.ts';
import type { JsonObject } from '../protocol/json.ts';
import { type Previous, previousNotFound, type StoredTurn } from '../protocol/previous.ts';
import type { Store } from '../protocol/store.ts';

/** OpenAI keeps responses for as long: https://platform.openai.com/docs/guides/conversation-state. */
const thirtyDays = 30 * 24 * 3_600_000;
/** Characters that a conversation may have: its turns are kept one by one, and no upstream takes more of them together. */
const longest = 67_108_864;

/** What is remembered of one response. */
export interface StoredResponse extends StoredTurn {
  /** Where it is kept under its id; undefined where the gateway made it. */
  readonly target: TargetName | undefined;
  readonly previous: string | undefined;
  /** Characters. */
  readonly size: number;
}

/** A response that is to be kept, and the ids of its items, by which it is found as well: both texts are JSON objects, and are not looked into. */
export interface NewResponse {
  readonly id: string;
  readonly target: TargetName | undefined;
  readonly previous: string | undefined;
  readonly request: string;
  readonly response: string;
  readonly items: readonly string[];
}

/** Responses by their ids, each its owner's only. */
export class StoredResponses {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async find(owner: string, id: string): Promise<StoredResponse | undefined> {
    return this.#guard(async () => {
      const text = await this.#store.get({ tenant: owner, kind: 'response', id });
      return text === undefined ? undefined : parseRecord(text);
    });
  }

  /**
   * The responses that these items are of, each with those of the ids; what is not known here is left out.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async findByItems(
    owner: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<StoredResponse, readonly string[]>> {
    const found = await this.#guard(() =>
      Promise.all(
        ids.map(async (id) => [id, await this.#store.get({ tenant: owner, kind: 'item', id })] as const),
      ),
    );
    const byResponse = Map.groupBy(found, ([, text]) =>
      text === undefined ? undefined : readItem(text).response,
    );
    const responses = new Map<StoredResponse, readonly string[]>();
    for (const [response, items] of byResponse) {
      const stored = response === undefined ? undefined : await this.find(owner, response);
      if (stored !== undefined)
        responses.set(
          stored,
          items.map(([id]) => id),
        );
    }
    return responses;
  }

  /**
   * The upstreams that keep these items; an item that no upstream keeps, or that is not known here, is left out.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async findKeepers(owner: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const keepers = new Map<string, string>();
    const find = async (id: string): Promise<void> => {
      const text = await this.#store.get({ tenant: owner, kind: 'item', id });
      const upstream = text === undefined ? undefined : readItem(text).upstream;
      if (upstream !== undefined) keepers.set(id, upstream);
    };
    await this.#guard(() => Promise.all(ids.map(find)));
    return keepers;
  }

  /**
   * The conversation that ends with this response. Undefined where it is not known here.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async follow(owner: string, id: string): Promise<Previous | undefined> {
    const last = await this.find(owner, id);
    return last && { upstream: last.target?.upstream, turns: () => this.#collect(owner, last) };
  }

  /** @throws GatewayError, see `Previous.turns` */
  async #collect(owner: string, last: StoredResponse): Promise<readonly StoredTurn[]> {
    const turns: StoredTurn[] = [last];
    const followed = new Set<string>();
    let { size } = last;
    for (let next = last.previous; next !== undefined; ) {
      // An upstream that gives the same id twice makes a circle of a conversation: it has no beginning.
      const turn = followed.has(next) ? undefined : await this.find(owner, next);
      if (turn === undefined) throw previousNotFound(next);
      followed.add(next);
      turns.push(turn);
      size += turn.size;
      if (size > longest) throw new GatewayError('VE_BODY_TOO_LARGE', { limit: longest });
      next = turn.previous;
    }
    return turns.toReversed();
  }

  async keep(owner: string, { id, target, previous, request, response, items }: NewResponse): Promise<void> {
    const about = JSON.stringify({ target, previous });
    // Both are JSON already, and may be large.
    const text = `{"about":${about},"request":${request},"response":${response}}`;
    const item: ItemRecord = { response: id, ...(target === undefined ? {} : { upstream: target.upstream }) };
    const names = items.map((name) => ({ tenant: owner, kind: 'item', id: name }) as const);
    await this.#guard(() =>
      Promise.all([
        this.#store.set({ tenant: owner, kind: 'response', id }, text, thirtyDays),
        ...names.map((key) => this.#store.set(key, JSON.stringify(item), thirtyDays)),
      ]),
    );
  }

  delete(owner: string, id: string): Promise<boolean> {
    return this.#guard(() => this.#store.delete({ tenant: owner, kind: 'response', id }));
  }

  async #guard<Value>(act: () => Promise<Value>): Promise<Value> {
    try {
      return await act();
    } catch (cause) {
      throw new GatewayError('VE_STORE_FAILED', {}, { cause });
    }
  }
}

/** Of which response an item is, and which upstream keeps both. */
interface ItemRecord {
  readonly response: string;
  readonly upstream?: string;
}

function readItem(text: string): ItemRecord {
  // Written by `keep`, and by nobody else.
  const item: ItemRecord = JSON.parse(text);
  return item;
}

interface Record {
  readonly about: { readonly target?: TargetName; readonly previous?: string };
  readonly request: JsonObject;
  readonly response: JsonObject;
}

function parseRecord(text: string): StoredResponse {
  // Written by `keep`, and by nobody else.
  const { about, request, response }: Record = JSON.parse(text);
  return { target: about.target, previous: about.previous, request, response, size: text.length };
}
