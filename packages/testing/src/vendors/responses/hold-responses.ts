import { isJsonObject, type JsonObject, readList } from '../../wire/read-json.ts';

/** A response as it was asked and answered. */
export interface HeldResponse {
  /** What was asked, with ids, without what came before. */
  readonly input: readonly JsonObject[];
  /** The whole conversation up to the answer's end. */
  readonly conversation: readonly JsonObject[];
  readonly events: readonly JsonObject[];
  response: JsonObject;
  /** How far a background response is, counted in looks at it: OpenAI's take seconds to minutes. */
  looks: number;
}

/** What the service keeps of stored responses, in memory: the latest thousand. */
export interface ResponseStore {
  readonly responses: Map<string, HeldResponse>;
  /** Ids of items that were stored, and the items. */
  readonly items: ReadonlyMap<string, JsonObject>;
  keep(held: HeldResponse): void;
}

const mostResponses = 1000;

export function createResponseStore(): ResponseStore {
  const responses = new Map<string, HeldResponse>();
  const items = new Map<string, JsonObject>();
  return {
    responses,
    items,
    keep(held) {
      responses.set(String(held.response.id), held);
      for (const item of itemsOf(held)) items.set(String(item.id), item);
      const [oldest] = responses;
      if (oldest === undefined || responses.size <= mostResponses) return;
      responses.delete(oldest[0]);
      for (const item of itemsOf(oldest[1])) items.delete(String(item.id));
    },
  };
}

function itemsOf({ input, response }: HeldResponse): readonly JsonObject[] {
  return [...input, ...readList(response.output).filter(isJsonObject)];
}
