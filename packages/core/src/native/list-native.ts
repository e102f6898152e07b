import { listOf, objectOf, parseJson } from '../dialects/shared/read.ts';
import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { idOf, idsMade } from './find-ids.ts';
import type { NativeOwners, Ownership } from './native-owners.ts';
import type { Collection, Paging } from './native-places.ts';

/** What an upstream has answered to a page's being asked for. */
export interface RawPage {
  readonly headers: HeaderMap;
  readonly body: Buffer;
  /** Digest of the key that was shown. */
  readonly key: string;
}

export interface ListParts {
  readonly owners: NativeOwners;
  readonly ownership: Ownership;
  readonly collection: Collection;
  /** Digests of the upstream's keys, each of an account of its own; undefined: whichever there is. */
  readonly keys: readonly (string | undefined)[];
  /** `query`: with the question mark. */
  readonly fetch: (query: string, key: string | undefined) => Promise<RawPage>;
}

/** Pages that are looked through for one; what is left is for the caller to ask for. */
const mostPages = 50;

interface Page {
  readonly object: JsonObject;
  readonly items: readonly Json[];
  readonly headers: HeaderMap;
  /** Digest of the key that was shown. */
  readonly key: string;
}

/** What a list shows of an account that is shared: what is the caller's own. Whole pages are looked through until something is. */
export async function listOwn(
  query: string,
  parts: ListParts,
): Promise<{ headers: HeaderMap; body: Buffer }> {
  const asked = new URLSearchParams(query);
  const { paging } = parts.collection;
  const { page, fields } =
    paging.by === 'id' ? await listById(asked, paging, parts) : await listByToken(asked, paging, parts);
  return { headers: page.headers, body: Buffer.from(JSON.stringify({ ...page.object, ...fields })) };
}

interface Listed {
  readonly page: Page;
  /** In place of the page's own. */
  readonly fields: JsonObject;
}

async function listById(
  asked: URLSearchParams,
  { after, before }: Extract<Paging, { by: 'id' }>,
  parts: ListParts,
): Promise<Listed> {
  const { owners, ownership, collection, keys } = parts;
  const from = asked.get(after) ?? asked.get(before);
  const start = from === null ? undefined : await owners.require(ownership, from, collection.noun);
  const limit = readLimit(asked.get('limit'));
  const found: Json[] = [];
  let account = Math.max(0, keys.indexOf(start?.key));
  for (let pages = 1; ; pages++) {
    const page = await fetchPage(asked, keys[account], parts);
    const own = await ownOf(page, parts);
    found.push(...own);
    const rest = page.object['has_more'] === true ? idOf(page.items.at(-1)) : undefined;
    const hasMore = rest !== undefined || account + 1 < keys.length;
    const isFull = found.length >= (limit ?? 1);
    if (isFull || !hasMore || pages === mostPages || asked.has(before)) {
      const data = found.slice(0, limit);
      const ends = {
        ...('first_id' in page.object ? { first_id: idOf(data[0]) ?? null } : {}),
        ...('last_id' in page.object ? { last_id: idOf(data.at(-1)) ?? null } : {}),
      };
      return { page, fields: { data, ...ends, has_more: hasMore || data.length < found.length } };
    }
    if (rest === undefined) {
      account += 1;
      asked.delete(after);
    } else asked.set(after, rest);
  }
}

/** Where there are several accounts, a token says in which it was given. */
async function listByToken(
  asked: URLSearchParams,
  { page: name, next }: Extract<Paging, { by: 'token' }>,
  parts: ListParts,
): Promise<Listed> {
  const { keys } = parts;
  const [, number = '0', token = ''] = /^(\d{1,6})~(.*)$/.exec(asked.get(name) ?? '') ?? [];
  let account = Math.min(Number(number), keys.length - 1);
  if (asked.has(name)) setOrDelete(asked, name, token);
  for (let pages = 1; ; pages++) {
    const page = await fetchPage(asked, keys[account], parts);
    const data = await ownOf(page, parts);
    const given = page.object[next];
    const rest = typeof given === 'string' && given !== '' ? given : '';
    if (rest === '') account += 1;
    const hasMore = account < keys.length;
    if (data.length > 0 || !hasMore || pages === mostPages)
      return { page, fields: { data, [next]: hasMore ? `${account}~${rest}` : null } };
    setOrDelete(asked, name, rest);
  }
}

function setOrDelete(asked: URLSearchParams, name: string, value: string): void {
  if (value === '') asked.delete(name);
  else asked.set(name, value);
}

async function fetchPage(
  asked: URLSearchParams,
  key: string | undefined,
  { fetch, ownership }: ListParts,
): Promise<Page> {
  const query = asked.toString();
  const { body, ...raw } = await fetch(query === '' ? '' : `?${query}`, key);
  const object = objectOf(parseJson(body.toString('utf8')));
  if (object === undefined || !Array.isArray(object['data']))
    throw new GatewayError('VE_UPSTREAM_PROTOCOL', {
      upstream: ownership.upstream,
      reason: 'the answer is not a list',
    });
  return { ...raw, object, items: listOf(object['data']) };
}

/** What an upstream has made for the owner is the owner's as soon as it is seen. */
async function ownOf({ items, key }: Page, { owners, ownership }: ListParts): Promise<readonly Json[]> {
  const known = await Promise.all(
    items.map(async (item) => {
      const id = idOf(item);
      return owners.isOpen || (id !== undefined && (await owners.find(ownership, id)) !== undefined);
    }),
  );
  const own = items.filter((_, index) => known[index] === true);
  const made = own.flatMap((item) => idsMade(objectOf(item) ?? {}));
  if (made.length > 0) await owners.claim(ownership, made, key);
  return own;
}

/** Undefined where it is not said, or is for the upstream to refuse. */
function readLimit(text: string | null): number | undefined {
  const limit = Number(text ?? '');
  return Number.isSafeInteger(limit) && limit > 0 ? limit : undefined;
}
