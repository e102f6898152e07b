import { checkNativePermission } from '../access/check-permission.ts';
import type { Asking } from '../asking.ts';
import { fieldsOf, parseJson } from '../dialects/shared/read.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import { bodyKind } from '../http/check-head.ts';
import { decodeId } from '../http/local-answers.ts';
import { acceptOf, nativeHeaders, nativeQuery } from '../http/native-headers.ts';
import type { NativeRoute } from '../http/route-table.ts';
import { nativeCall } from '../jobs/ask-upstream.ts';
import type { Answer, HeaderMap } from '../protocol/answer.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { NativeRequest } from '../protocol/call.ts';
import type { Exchange } from '../protocol/exchange.ts';
import { ownerOf } from '../protocol/principal.ts';
import { asPaid } from '../resilience/paid-creation.ts';
import type { Rooms } from '../rooms.ts';
import type { NativeDoor } from '../settings/resolve-passthrough.ts';
import { collectStream } from '../stream/collect-stream.ts';
import { takeTokens } from '../take-tokens.ts';
import { digestKey } from '../upstreams/digest-key.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import { idOf, idsMade, idsNamed } from './find-ids.ts';
import { listOwn, type RawPage } from './list-native.ts';
import type { NativeOwners, Ownership } from './native-owners.ts';
import { findPlace, type Place } from './native-places.ts';
import type { NativeRoom } from './native-room.ts';
import { NativeSender, type Sent } from './native-sender.ts';
import { checkJson, type NativeBody, readNativeBody } from './read-native-body.ts';

/** Bytes of an answer that tells of one thing, and of a list. */
const longestObject = 1_048_576;
const longestList = 16_777_216;
/** Bytes in a millisecond: a film takes its time, but not any time. */
const slowest = 128;

/** Before its body is read. */
const unread: NativeRequest = { method: 'GET', path: '', body: undefined, type: undefined };

/** What upstreams keep for callers is shown as what it is, and never run as a page of the host's. */
const safely: HeaderMap = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};

/**
 * What the gateway does not read, on its way to the upstream that the operator has named, and back. What callers make there
 * is theirs: others do not find it.
 *
 * @throws GatewayError `VE_PATH_INVALID`, `VE_ROUTE_NOT_FOUND`, `VE_OBJECT_NOT_FOUND`, and what the upstream failed with
 */
export async function serveNative(
  exchange: Exchange,
  route: NativeRoute,
  asking: Asking,
  rooms: Rooms,
): Promise<Answer> {
  const { native: room } = rooms;
  const door = room.doors.find(({ path }) => route.path === `${path}{rest}`);
  const upstream = room.upstreams[route.upstream];
  if (door === undefined || upstream === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
  const place = findPlace(exchange.path, door, upstream);
  const { principal } = asking.asker;
  checkNativePermission(principal);
  const owner = ownerOf(principal);
  const { name } = place;
  const sender = new NativeSender({ upstream: door.upstream, name, owner }, asking, rooms);
  sender.announce();
  const taking = takeTokens(nativeCall(name, unread), asking);
  if (taking !== undefined) await taking;
  const shown = {
    operation: 'native',
    dialect: route.dialect,
    model: route.upstream,
    stream: false,
  } as const;
  await rooms.guards?.admit(shown, { asking, exchange });
  const ownership = { owner, upstream: door.upstream };
  const passage = new Passage({ exchange, door, place, upstream, ownership, room, sender });
  const answer = await passage.serve(asking, rooms);
  return { ...answer, headers: { ...answer.headers, ...safely } };
}

interface PassageParts {
  readonly exchange: Exchange;
  readonly door: NativeDoor;
  readonly place: Place;
  readonly upstream: Upstream;
  readonly ownership: Ownership;
  readonly room: NativeRoom;
  readonly sender: NativeSender;
}

/** One request on its way through. */
class Passage {
  readonly #parts: PassageParts;

  constructor(parts: PassageParts) {
    this.#parts = parts;
  }

  async serve(asking: Asking, rooms: Rooms): Promise<Answer> {
    const { exchange, door, place, room } = this.#parts;
    const { owners } = room;
    const isKnown = place.collection !== undefined;
    // Of what nobody knows, nobody knows whose it is.
    if (door.isFamily && !isKnown && owners?.isOpen === false) throw new GatewayError('VE_ROUTE_NOT_FOUND');
    const { method } = exchange;
    const query = nativeQuery(exchange.query);
    if (owners === undefined || !isKnown)
      return this.#pass(await this.#read(asking, rooms), query, undefined);
    const key = await asking.scope.outlast(() => this.#keyOfObject(owners));
    if (method === 'GET' && place.id === undefined && !(owners.isOpen && this.#keys().length === 1))
      return this.#list(query, owners, asking);
    const body = await this.#read(asking, rooms);
    const named = await asking.scope.outlast(() => this.#keyOfNamed(body, owners));
    return this.#pass(body, query, key ?? named, (sent) =>
      asking.scope.outlast(() => this.#learn(sent, owners)),
    );
  }

  /** Digest of the key that has what the path names. */
  async #keyOfObject(owners: NativeOwners): Promise<string | undefined> {
    const { place, ownership } = this.#parts;
    if (place.id === undefined || place.collection === undefined) return undefined;
    const owned = await owners.require(ownership, decodeId(place.id), place.collection.noun);
    return owned?.key;
  }

  /** The same of what the body names. */
  async #keyOfNamed({ body }: NativeBody, owners: NativeOwners): Promise<string | undefined> {
    if (!(body instanceof Uint8Array)) return undefined;
    let key: string | undefined;
    for (const id of idsNamed(body)) {
      const owned = await owners.require(this.#parts.ownership, id, 'File');
      key ??= owned?.key;
    }
    return key;
  }

  /** @throws GatewayError `VE_CONTENT_TYPE_UNSUPPORTED`, `VE_BODY_INVALID` */
  async #read({ scope }: Asking, { body: rules }: Rooms): Promise<NativeBody> {
    const { exchange, place, room, upstream } = this.#parts;
    const { collection, id, rest } = place;
    const isChecked = room.owners !== undefined && collection !== undefined;
    const takesForm = collection?.forms === (id === undefined ? '' : rest);
    const isForm = bodyKind(exchange.headers) === 'form';
    const isLooked = isChecked && !(isForm && takesForm);
    const size = Number(exchange.headers['content-length'] ?? 0);
    if (size > 0) scope.allow(room.total + Math.min(size, rules.uploads.limit) / slowest);
    // Only a body that is there as a whole can be signed.
    const isHeld = isLooked || upstream.signer !== undefined;
    const read = await readNativeBody(exchange, { scope, rules, clock: room.clock, isHeld });
    if (!isLooked || !(read.body instanceof Uint8Array)) return read;
    if (bodyKind(exchange.headers) !== 'json')
      throw new GatewayError('VE_CONTENT_TYPE_UNSUPPORTED', { accept: ['application/json'] });
    checkJson(read.body);
    return { ...read, type: 'application/json' };
  }

  async #pass(
    body: NativeBody,
    query: string,
    key: string | undefined,
    learn?: (sent: Sent) => Promise<Answer>,
  ): Promise<Answer> {
    const sent = await this.#parts.sender.send(this.#requestOf(body, query), key);
    const told = this.#withOwnLinks(sent.answer);
    return learn === undefined ? told : learn({ ...sent, answer: told });
  }

  #requestOf(body: NativeBody, query: string): NativeRequest {
    const { exchange, place, upstream, ownership, room } = this.#parts;
    const { method, headers } = exchange;
    const isMetered = method === 'POST' && place.collection === undefined;
    const owner = room.owners?.isOpen === false ? ownership.owner : '';
    return {
      method,
      path: place.path + query,
      url: place.isBeside ? new URL(upstream.origin + place.path + query) : undefined,
      headers: nativeHeaders(headers, owner),
      ...body,
      passing: { accept: acceptOf(headers), isMetered },
    };
  }

  /** An address of the upstream's that is to be asked next leads back here. */
  #withOwnLinks(answer: Answer): Answer {
    const { 'x-goog-upload-url': address, ...headers } = answer.headers;
    if (address === undefined) return answer;
    const { origin } = this.#parts.upstream;
    if (!URL.canParse(address) || new URL(address).origin !== origin) return { ...answer, headers };
    const { pathname, search } = new URL(address);
    const link = `${this.#ownBase()}${pathname}${nativeQuery(search.slice(1))}`;
    return { ...answer, headers: { ...headers, 'x-goog-upload-url': link } };
  }

  /** Where callers reach the upstream's origin. */
  #ownBase(): string {
    const { exchange, door, room } = this.#parts;
    return (room.publicUrl ?? exchange.base) + door.path;
  }

  /** What the answer tells of whose things are; it is told to the caller afterwards. */
  async #learn({ answer, key }: Sent, owners: NativeOwners): Promise<Answer> {
    const { exchange, place, ownership } = this.#parts;
    const { id, rest } = place;
    const { method } = exchange;
    if (method === 'DELETE' && id !== undefined && rest === '') {
      await owners.forget(ownership, decodeId(id));
      return answer;
    }
    const isJson = /^application\/json\b/.test(answer.headers['content-type'] ?? '');
    const isBelow = /^\/(?:parts|search|files|file_batches)\b/.test(rest);
    const tells = method === 'POST' ? !isBelow : id !== undefined && rest === '';
    if (!isJson || !tells || (method !== 'GET' && method !== 'POST')) return answer;
    const body = await this.#collect(answer, longestObject);
    const object = fieldsOf(parseJson(body.toString('utf8')));
    const created = method === 'POST' && id === undefined ? idOf(object) : undefined;
    const ids = [...(created === undefined ? [] : [created]), ...idsMade(object)];
    if (ids.length > 0) await owners.claim(ownership, ids, key);
    return { ...answer, body: this.#linkBack(body) };
  }

  async #list(query: string, owners: NativeOwners, { scope }: Asking): Promise<Answer> {
    const { place, ownership, sender } = this.#parts;
    const { collection } = place;
    if (collection === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
    const nothing: NativeBody = { body: undefined, type: undefined };
    const fetch = async (asked: string, key: string | undefined): Promise<RawPage> => {
      const { answer, key: shown } = await sender.send(this.#requestOf(nothing, asked), key);
      return { headers: answer.headers, body: await this.#collect(answer, longestList), key: shown };
    };
    const parts = { owners, ownership, collection, keys: this.#keys(), fetch };
    const { headers, body } = await listOwn(query, parts);
    if (scope.cancelled !== undefined) throw scope.cancelled;
    return { kind: 'verbatim', status: 200, headers, body: this.#linkBack(body) };
  }

  /** Digests of the upstream's keys, where there are several. */
  #keys(): readonly (string | undefined)[] {
    const { apiKey } = this.#parts.upstream;
    return typeof apiKey === 'object' && apiKey.length > 1 ? apiKey.map(digestKey) : [undefined];
  }

  async #collect({ body }: Answer, limit: number): Promise<Buffer> {
    if (body instanceof Uint8Array) return bufferOf(body);
    const { upstream } = this.#parts.ownership;
    const tooLong = (): GatewayError =>
      new GatewayError('VE_UPSTREAM_PROTOCOL', { upstream, reason: 'the answer is longer than any such' });
    try {
      return await collectStream(body, limit, tooLong);
    } catch (thrown) {
      const error = toGatewayError(thrown);
      throw this.#parts.exchange.method === 'GET' ? error : asPaid(error, false);
    }
  }

  /** Anthropic's SDK goes to the address at which it is told that results are. */
  #linkBack(body: Buffer): Buffer {
    const { door, upstream } = this.#parts;
    const there = Buffer.from(`"${upstream.origin}/`);
    if (door.isFamily || !body.includes(there)) return body;
    return Buffer.from(body.toString('utf8').replaceAll(there.toString(), `"${this.#ownBase()}/`));
  }
}
