import type { HeaderMap } from '../../protocol/answer.ts';
import type {
  Call,
  Dialect,
  NativeRequest,
  Operation,
  OutputWish,
  SplicePoints,
  StoredRequest,
} from '../../protocol/call.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { JobFace } from '../../protocol/job.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Form } from '../../protocol/media.ts';
import type { KeptItems, Previous, StoredTurn } from '../../protocol/previous.ts';
import type { Telling } from '../../protocol/telling.ts';
import { codecOf } from '../load-codecs.ts';
import { unwrapRequest } from './carry-signatures.ts';
import { canLimit, readOutputWish } from './output-limit.ts';
import { parseObject } from './wire-events.ts';

/** What is known of a call without its body; what is left out, most calls do not have. */
type Envelope = Omit<
  Call,
  | 'affinity'
  | 'beforeSending'
  | 'ceiling'
  | 'prefers'
  | 'bytes'
  | 'release'
  | 'canonical'
  | 'resolveItems'
  | 'findStrangers'
  | 'previous'
  | 'keptItems'
  | 'keyDigest'
  | 'media'
  | 'telling'
  | 'outputWish'
  | 'limitOutput'
  | 'outputLimit'
  | Rare
> &
  Partial<Pick<Call, Rare>>;
type Rare =
  | 'base'
  | 'face'
  | 'form'
  | 'isBackground'
  | 'isStored'
  | 'native'
  | 'previousId'
  | 'stored'
  | 'wantsArray';

const nothing = Buffer.alloc(0);
const reference = Buffer.from('"item_reference"');
/** How the ids of OpenAI's thoughts begin, the only items that must be known to who is given them. */
const thought = Buffer.from('"rs_');
const none: ReadonlyMap<string, JsonObject> = new Map();

/** A call around the caller's bytes, which are parsed only if somebody needs what is in them. */
export class ByteCall implements Call {
  readonly dialect: Dialect;
  readonly operation: Operation;
  readonly model: string;
  readonly stream: boolean;
  readonly wantsUsage: boolean;
  readonly wantsArray: boolean;
  readonly choices: number;
  readonly headers: HeaderMap;
  readonly splice: SplicePoints;
  readonly isBackground: boolean;
  readonly isStored: boolean;
  readonly previousId: string | undefined;
  readonly stored: StoredRequest | undefined;
  readonly form: Form | undefined;
  readonly base: string;
  readonly face: JobFace | undefined;
  readonly native: NativeRequest | undefined;
  previous: Previous | undefined = undefined;
  keptItems: KeptItems | undefined = undefined;
  telling: Telling | undefined = undefined;
  affinity: number | undefined = undefined;
  media: unknown = undefined;
  keyDigest: string | undefined = undefined;
  prefers: Call['prefers'] = undefined;
  beforeSending: Call['beforeSending'] = undefined;
  ceiling: number | undefined = undefined;
  outputLimit: number | undefined = undefined;
  bytes: Buffer;
  #canonical: ChatRequest | undefined;
  #turns: readonly StoredTurn[] | undefined;
  #items: ReadonlyMap<string, JsonObject> | undefined;
  #strangers: ReadonlySet<string> = new Set();

  constructor(bytes: Buffer, envelope: Envelope) {
    this.bytes = bytes;
    this.dialect = envelope.dialect;
    this.operation = envelope.operation;
    this.model = envelope.model;
    this.stream = envelope.stream;
    this.wantsUsage = envelope.wantsUsage;
    this.wantsArray = envelope.wantsArray ?? false;
    this.choices = envelope.choices;
    this.headers = envelope.headers;
    this.splice = envelope.splice;
    this.isBackground = envelope.isBackground ?? false;
    this.isStored = envelope.isStored ?? false;
    this.previousId = envelope.previousId;
    this.stored = envelope.stored;
    this.form = envelope.form;
    this.base = envelope.base ?? '';
    this.face = envelope.face;
    this.native = envelope.native;
  }

  resolveItems(): Promise<readonly string[]> | undefined {
    const { listReferences } = codecOf(this.dialect);
    if (listReferences === undefined) return undefined;
    const namesItems = this.bytes.includes(reference);
    return this.previous === undefined && !namesItems ? undefined : this.#resolve(listReferences, namesItems);
  }

  async #resolve(
    listReferences: (body: JsonObject) => readonly string[],
    namesItems: boolean,
  ): Promise<readonly string[]> {
    this.#turns ??= await this.previous?.turns();
    // What was said before may name items as well.
    const said = this.#turns?.map(({ request }) => request) ?? [];
    const ids = [...said, ...(namesItems ? [this.#read()] : [])].flatMap(listReferences);
    if (ids.length > 0) this.#items ??= await this.keptItems?.find(ids);
    return ids.filter((id) => this.#items?.has(id) !== true);
  }

  findStrangers(upstream: string): Promise<boolean> | undefined {
    const { keptItems, bytes } = this;
    const { listItems } = codecOf(this.dialect);
    const mayHaveSome = bytes.includes(thought) || bytes.includes(reference);
    if (keptItems === undefined || listItems === undefined || !mayHaveSome) return undefined;
    return keptItems.keepers(listItems(this.#read())).then((keepers) => {
      this.#strangers = new Set([...keepers.keys()].filter((id) => keepers.get(id) !== upstream));
      this.#canonical = undefined;
      return this.#strangers.size > 0;
    });
  }

  canonical(): ChatRequest {
    this.#canonical ??= withLimit(this.#parse(), this.outputLimit);
    return this.#canonical;
  }

  outputWish(): OutputWish {
    const wish = readOutputWish(this);
    return this.outputLimit === undefined ? wish : { ...wish, tokens: this.outputLimit };
  }

  limitOutput(tokens: number): boolean {
    const wish = this.outputWish();
    const each = Math.floor(tokens / wish.answers);
    if (wish.tokens !== undefined && wish.tokens <= each) return true;
    if (this.native !== undefined || this.stored !== undefined || !canLimit(this, each)) return false;
    this.outputLimit = each;
    this.#canonical = this.#canonical && withLimit(this.#canonical, each);
    return true;
  }

  #parse(): ChatRequest {
    const { dialect, model, stream, previous } = this;
    const { parseRequest: parseChat, joinTurns, joinItems, countTokens } = codecOf(dialect);
    const parseRequest =
      this.operation === 'count-tokens' ? (countTokens?.parseRequest ?? parseChat) : parseChat;
    const body = this.#read();
    const turns = this.#turns;
    if (previous !== undefined && turns === undefined)
      throw new Error('what was said before is not there yet');
    const whole = turns === undefined || joinTurns === undefined ? body : joinTurns(body, turns);
    const isSaid = this.#items === undefined && this.#strangers.size === 0;
    const said = isSaid ? whole : (joinItems?.(whole, this.#items ?? none, this.#strangers) ?? whole);
    return unwrapRequest(parseRequest(said, { model, stream }), dialect);
  }

  #read(): JsonObject {
    return parseObject(this.bytes.toString('utf8'));
  }

  release(): void {
    // Another attempt may have to go on with the answer.
    if (this.telling !== undefined) return;
    this.bytes = nothing;
    this.media = undefined;
    this.#canonical = undefined;
    this.#turns = undefined;
    this.#items = undefined;
  }
}

function withLimit(request: ChatRequest, limit: number | undefined): ChatRequest {
  const { maxTokens = Number.POSITIVE_INFINITY } = request;
  return limit === undefined || maxTokens <= limit ? request : { ...request, maxTokens: limit };
}
