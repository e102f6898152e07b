import type { Asking } from '../asking.ts';
import { nativeCall } from '../jobs/ask-upstream.ts';
import type { Answer } from '../protocol/answer.ts';
import type { NativeRequest, RequestFacts } from '../protocol/call.ts';
import { hashText } from '../protocol/hash.ts';
import type { Rooms } from '../rooms.ts';
import { sendCall } from '../send-call.ts';

/** An answer, and whose account has given it. */
export interface Sent {
  readonly answer: Answer;
  /** Digest of the key that was shown. */
  readonly key: string;
}

export interface SenderParts {
  /** The upstream's name. */
  readonly upstream: string;
  /** What the request is about, for events. */
  readonly name: string;
  readonly owner: string;
}

const nothing: NativeRequest = { method: 'GET', path: '', body: undefined, type: undefined };

/** Sends what belongs to one request to its upstream: one call, or one for each page of a list. */
export class NativeSender {
  readonly #parts: SenderParts;
  readonly #asking: Asking;
  readonly #rooms: Rooms;
  #facts: RequestFacts | undefined;

  constructor(parts: SenderParts, asking: Asking, rooms: Rooms) {
    this.#parts = parts;
    this.#asking = asking;
    this.#rooms = rooms;
  }

  /** The request was read, whatever comes of it. */
  announce(): void {
    const { asker, priority, record } = this.#asking;
    this.#facts = record.understood(asker.principal, nativeCall(this.#parts.name, nothing), priority);
  }

  /** After `announce`. `key`: digest of the one that must be shown; undefined: the owner's usual one. @throws GatewayError */
  async send(native: NativeRequest, key: string | undefined): Promise<Sent> {
    const { upstream, name, owner } = this.#parts;
    const { asker, scope } = this.#asking;
    const { planner, policy, spending } = this.#rooms;
    const facts = this.#facts;
    if (facts === undefined) throw new TypeError('the request was not announced');
    const call = nativeCall(name, native, key);
    // What one owner makes is best in one account.
    call.affinity = hashText(owner);
    let shown = '';
    call.beforeSending = async (_target, digest) => {
      shown = digest;
    };
    const plan = planner.only(call, asker, { upstream, model: name });
    const answer = await sendCall(call, plan, { scope, facts, policy, asker, planner, spending });
    return { answer, key: shown };
  }
}
