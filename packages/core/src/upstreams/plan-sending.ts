import { randomUUID } from 'node:crypto';
import { codecOf, loadCodecs } from '../dialects/load-codecs.ts';
import { nameMaxTokens } from '../dialects/openai-chat/name-max-tokens.ts';
import { type Splicing, spliceRequest } from '../dialects/openai-chat/splice-request.ts';
import { spellNames } from '../dialects/shared/spell-names.ts';
import { type FailureFacts, GatewayError } from '../errors.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call, Dialect } from '../protocol/call.ts';
import type { ChatRequest } from '../protocol/chat-request.ts';
import type { RenderedRequest, TokenCounting } from '../protocol/codec.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { CallContext } from '../protocol/layer.ts';
import { previousNotFound } from '../protocol/previous.ts';
import { ownerOf } from '../protocol/principal.ts';
import type { TurnPlace } from '../protocol/turns.ts';
import type { AnswerReading } from './answer-reading.ts';
import { continueRequest } from './continue-request.ts';
import { planMedia } from './plan-media.ts';
import { ChatReading } from './read-chat.ts';
import { CountReading } from './read-count.ts';
import { NativeReading } from './read-native.ts';
import { TranslatedReading, type Translation } from './read-translated.ts';
import { VerbatimReading } from './read-verbatim.ts';
import { sendNative } from './send-native.ts';
import type { Sending, SendingParts } from './sending.ts';
import { begunOf, tellingOf } from './telling-of.ts';
import type { BodyMember, Upstream } from './upstream.ts';

const nothing = Buffer.alloc(0);

/** This target cannot be asked; another may. */
const elsewhere: FailureFacts = { retry: 'elsewhere', health: 'neutral', sent: false };

/**
 * The caller's own bytes where the upstream speaks the caller's dialect; else what its dialect makes of them.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`, `VE_PREVIOUS_NOT_FOUND` for what only translation finds wrong; `VE_PARAMETER_UNSUPPORTED`.
 */
export function planSending(
  call: Call,
  context: CallContext,
  parts: SendingParts,
): Sending | Promise<Sending> {
  if (call.stored !== undefined)
    return { body: nothing, reading: new NativeReading(translationOf(call, context, parts)) };
  const { native } = call;
  if (native !== undefined) {
    const loading = native.read === undefined ? undefined : loadCodecs();
    return loading === undefined ? sendNative(native, parts) : loading.then(() => sendNative(native, parts));
  }
  const media = planMedia(call, context, parts);
  if (media !== undefined) return media;
  // Anthropic's SDK has threads at Anthropic's own address alone.
  if (parts.upstream.vendor === 'vertex' && namesThread(call)) refuseThread(call, call.canonical());
  const way = { context, parts };
  const strangers =
    parts.hasOtherKeepers && parts.dialect === 'openai-responses' && speaksSame(call, parts.dialect)
      ? call.findStrangers(context.target.upstream)
      : undefined;
  if (strangers === undefined) return sendKnown(call, way, false);
  return strangers.then((hasSome) => sendKnown(call, way, hasSome));
}

function sendKnown(call: Call, { context, parts }: Way, hasStrangers: boolean): Sending | Promise<Sending> {
  const isSame = speaksSame(call, parts.dialect) && begunOf(call) === undefined;
  if (isSame && passesAsItIs(call, context) && !hasStrangers) {
    const { upstream, secrets } = parts;
    const model = upstream.inPlaceOfModel[call.operation] ?? context.target.model;
    const body = spliceRequest(call, model, splicingOf(call, context, upstream));
    if (tellingOf(call, parts.dialect) !== undefined) {
      const translation = translationOf(call, context, parts, { request: call.canonical() });
      return { body, reading: new TranslatedReading(translation) };
    }
    // What the answer repeats of the question is the upstream's to say: the question need not be read.
    const reading =
      call.dialect === 'openai-chat'
        ? new ChatReading(call, secrets)
        : readingOf(call, translationOf(call, context, parts), parts);
    return { body, reading };
  }
  const missing = call.resolveItems();
  if (missing === undefined) return sendTranslated(call, { context, parts });
  return missing.then(([id]) => {
    if (id !== undefined && parts.dialect !== call.dialect) throw itemNotFound(id);
    return sendTranslated(call, { context, parts });
  });
}

/** How the longest answer is called is looked up only where it was limited. */
function splicingOf({ outputLimit }: Call, { target }: CallContext, upstream: Upstream): Splicing {
  const asksUsage = upstream.takesUsageOption;
  return outputLimit === undefined
    ? { asksUsage }
    : { asksUsage, maxTokens: nameMaxTokens(upstream.quirks, target.model) };
}

function sendTranslated(call: Call, { context, parts }: Way): Sending | Promise<Sending> {
  const request = call.canonical();
  if (parts.dialect !== call.dialect) refuseElsewhere(call, request);
  if (parts.turns === undefined || parts.dialect === 'openai-chat')
    return translate(call, request, { context, parts });
  return parts.turns
    .restore(request, placeOf(context, parts))
    .then((restored) => translate(call, restored, { context, parts }));
}

function speaksSame({ dialect, wantsArray }: Call, spoken: Dialect): boolean {
  return dialect === spoken && !wantsArray;
}

/** Whether nothing in the body has to be another thing for this upstream. */
function passesAsItIs(call: Call, { target }: CallContext): boolean {
  const isKept = call.previous === undefined || call.previous.upstream === target.upstream;
  return isKept && !carriesForeign(call);
}

/** Another target may keep it. */
function itemNotFound(id: string): GatewayError {
  const reason = `an item with the id '${id}' is not kept here; send the item itself`;
  return new GatewayError('VE_PARAMETER_INVALID', { parameter: 'input', reason }, { failure: elsewhere });
}

const details = Buffer.from('"reasoning_details"');
const formats = ['anthropic-messages', 'gemini', 'bedrock', 'openai-responses'].map((name) =>
  Buffer.from(`"${name}"`),
);
/** How a signature begins that was wrapped for its way through another format: see `carry-signatures.ts`. */
const wrapped = Buffer.from('"dmU6');

/** How the ids begin that the gateway made up for items: see `item-id.ts` of the Responses API. */
const madeUp = ['msg', 'rs', 'fc', 'ctc', 'ig', 'item'].map((prefix) => Buffer.from(`"${prefix}_ve_`));

/**
 * A client gives back the signatures of other providers in a field that was made for them, and what they said under ids
 * that they have not given: this one is not to see them.
 */
function carriesForeign({ dialect, operation, bytes }: Call): boolean {
  if (operation !== 'chat' && operation !== 'count-tokens') return false;
  const body = bufferOf(bytes);
  if (dialect === 'openai-responses' && madeUp.some((text) => body.includes(text))) return true;
  if (dialect !== 'openai-chat') return body.includes(wrapped);
  return (
    body.includes(details) && formats.some((format) => body.includes(format)) && loadCodecs() === undefined
  );
}

/** What refers to something that another provider keeps: without it the answer would be to another question. */
const keptElsewhere = ['conversation', 'prompt', 'background'] as const;

function refuseElsewhere(call: Call, request: ChatRequest): void {
  refuseThread(call, request);
  const { previousId, previous } = call;
  if (previousId !== undefined && previous === undefined) throw previousNotFound(previousId);
  const own = request.extra?.['openai-responses'];
  for (const parameter of keptElsewhere) {
    const value = own?.[parameter];
    if (value === undefined || value === null || value === false) continue;
    const reason =
      'the model is served by an upstream that does not have it; send the whole conversation as input';
    throw new GatewayError('VE_PARAMETER_INVALID', { parameter, reason }, { failure: elsewhere });
  }
}

const threadMark = Buffer.from('"thread"');

function namesThread({ dialect, bytes }: Call): boolean {
  return dialect === 'anthropic-messages' && bufferOf(bytes).includes(threadMark);
}

/** A thread that goes on brings only what is new, and one that begins is gone on with at whoever began it. */
function refuseThread({ model }: Call, { extra }: ChatRequest): void {
  const thread = extra?.['anthropic-messages']?.['thread'];
  if (thread !== undefined && thread !== null) throw unsupported(model, ['thread']);
}

interface Way {
  readonly context: CallContext;
  readonly parts: SendingParts;
}

function translate(call: Call, request: ChatRequest, { context, parts }: Way): Sending {
  const { model } = context.target;
  const begun = begunOf(call);
  const asked = begun === undefined ? request : continueRequest(request, begun, { ...parts, model });
  const { body, dropped: left } = render(call, { ...asked, model }, parts);
  const dropped = spellNames(left, call.dialect);
  if (parts.isStrict && dropped.length > 0) throw unsupported(call.model, dropped);
  const translation = translationOf(call, context, parts, { request, dropped });
  const sent = replaceModel(body, parts.upstream.inPlaceOfModel[call.operation]);
  return { body: Buffer.from(JSON.stringify(sent)), reading: readingOf(call, translation, parts) };
}

function replaceModel(body: JsonObject, member: BodyMember | undefined): JsonObject {
  if (member === undefined || !('model' in body)) return body;
  const { model: _, ...rest } = body;
  return { ...rest, [member.name]: member.value };
}

/** How the answer is read: passed on where the caller speaks as the upstream does, else translated. */
function readingOf(call: Call, translation: Translation, { dialect, secrets }: SendingParts): AnswerReading {
  const isSame = speaksSame(call, dialect) && tellingOf(call, dialect) === undefined;
  if (call.operation === 'count-tokens') {
    if (isSame) return new NativeReading(translation);
    const counting = { upstream: countingOf(dialect, call), caller: countingOf(call.dialect, call) };
    return new CountReading({ ...translation, counting });
  }
  if (!isSame) return new TranslatedReading(translation);
  return call.dialect === 'openai-chat' ? new ChatReading(call, secrets) : new VerbatimReading(translation);
}

function render(
  call: Call,
  request: ChatRequest,
  { dialect, upstream: { takesUsageOption, quirks, vendor } }: SendingParts,
): RenderedRequest {
  if (call.operation === 'count-tokens') return countingOf(dialect, call).renderRequest(request, vendor);
  // The meter wants to see usage, whether or not the caller does.
  const wantsUsage = request.stream && takesUsageOption;
  const asked = { ...withStore(call, withThoughts(call, request, dialect), dialect), wantsUsage };
  return dialect === 'openai-chat'
    ? codecOf(dialect).renderRequest(asked, quirks)
    : codecOf(dialect).renderRequest(asked);
}

/** Formats whose models keep their thoughts to themselves unless they are asked to show them; not all of their models do. */
const quiet: ReadonlySet<Dialect> = new Set(['anthropic-messages', 'bedrock', 'gemini']);

/** Who tells a model to think in a format that shows thoughts unasked is shown them, whoever thinks. */
function withThoughts(call: Call, request: ChatRequest, dialect: Dialect): ChatRequest {
  const { effort, budget, summary } = request.reasoning ?? {};
  const isShownUnasked = call.dialect === 'openai-chat' || call.dialect === 'anthropic-messages';
  const isOn = effort === undefined ? (budget ?? 0) !== 0 : effort !== 'none';
  if (!isOn || !isShownUnasked || call.dialect === dialect || !quiet.has(dialect) || summary !== undefined)
    return request;
  return { ...request, reasoning: { ...request.reasoning, summary: 'auto' } };
}

/** Whether an answer is kept is between a caller and who serves it in the same words; no other provider keeps it unasked. */
function withStore(call: Call, request: ChatRequest, dialect: Dialect): ChatRequest {
  if (call.dialect === dialect) return request;
  const { store, ...rest } = request;
  if (dialect === 'openai-responses') return { ...rest, store: store ?? false };
  return call.dialect === 'openai-responses' ? rest : request;
}

/** @throws GatewayError `VE_OPERATION_UNSUPPORTED` where the dialect has no way to count. */
function countingOf(dialect: Dialect, { model }: Call): TokenCounting {
  const counting = codecOf(dialect).countTokens;
  if (counting !== undefined) return counting;
  throw new GatewayError('VE_OPERATION_UNSUPPORTED', { model }, { failure: elsewhere });
}

/** Another target may speak a format that has words for it. */
function unsupported(model: string, [parameter = '', ...others]: readonly string[]): GatewayError {
  const more = others.length === 0 ? {} : { reason: others.map((name) => `'${name}'`).join(', ') };
  return new GatewayError('VE_PARAMETER_UNSUPPORTED', { parameter, model, ...more }, { failure: elsewhere });
}

function translationOf(
  call: Call,
  context: CallContext,
  { dialect, secrets, clock, turns }: SendingParts,
  { request, dropped = [] }: { request?: ChatRequest; dropped?: readonly string[] } = {},
): Translation {
  const named = request ?? {
    model: call.model,
    stream: call.stream,
    wantsUsage: call.wantsUsage,
    messages: [],
  };
  return {
    upstream: codecOf(dialect),
    caller: codecOf(call.dialect),
    ...(call.wantsArray ? { renderStream: codecOf('gemini').renderArrayStream } : {}),
    streamType: dialect === 'bedrock' ? 'application/vnd.amazon.eventstream' : 'text/event-stream',
    sentType: call.wantsArray ? 'application/json' : 'text/event-stream',
    context: {
      // The messages, which may be large, are not repeated in any answer.
      request: { ...named, ...linkTo(call, named), model: call.model, messages: [] },
      // By it a response is found again: nobody may guess it, as an id of the host's request can be guessed.
      id: randomUUID().replaceAll('-', ''),
      now: Math.floor(clock.now() / 1000),
    },
    dropped,
    secrets,
    telling: tellingOf(call, dialect),
    ceiling: call.ceiling,
    ...(request === undefined ||
    turns === undefined ||
    context.request.traceless === true ||
    !canLose(call, dialect) ||
    begunOf(call) !== undefined
      ? {}
      : { keepTurn: turns.keeper(request, placeOf(context, { dialect })) }),
  };
}

/** The answer tells what it goes on from, also where that was written out for the upstream. */
function linkTo({ previousId }: Call, { extra }: ChatRequest): Pick<ChatRequest, 'extra'> {
  if (previousId === undefined) return {};
  const own = { ...extra?.['openai-responses'], previous_response_id: previousId };
  return { extra: { ...extra, 'openai-responses': own } };
}

/** Whether answers of this dialect have signatures that the caller's has no place for. */
function canLose(call: Call, dialect: Dialect): boolean {
  return call.operation === 'chat' && dialect !== 'openai-chat' && dialect !== call.dialect;
}

function placeOf({ request }: CallContext, { dialect }: Pick<SendingParts, 'dialect'>): TurnPlace {
  return { owner: ownerOf(request.principal), dialect };
}
