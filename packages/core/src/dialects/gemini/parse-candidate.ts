import type { Part } from '../../protocol/chat-answer.ts';
import type { Signature } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import {
  defined,
  isEmpty,
  isList,
  isObject,
  isSameJson,
  protocolError,
  restOf,
  stringOf,
} from '../shared/read.ts';
import { saidObject } from '../shared/said.ts';
import { type CitedText, type PlacedCitation, parseCitations, renderGrounding } from './citations.ts';
import { joinLogprobs, parseLogprobs, renderLogprobs } from './logprobs.ts';
import { parseFinish } from './map-finish-reason.ts';
import { extraOf } from './own-extra.ts';
import { type CallContext, parseCalls } from './parse-call.ts';
import { parseMedia } from './part-media.ts';
import { field, objectField, spellings, textAlone } from './read.ts';
import { parseSignature } from './signature.ts';

/** Reads one candidate, chunk by chunk. */
export interface CandidateParser {
  push(candidate: JsonObject, answerId: string | undefined): readonly Part[];
  /** `blockReason`: the prompt was refused, so that the candidate may have no reason of its own. */
  end(blockReason: string | undefined): readonly Part[];
  /** Google has said why it ended: more may still come, and the reason with it again. */
  readonly isFinished: boolean;
}

interface OpenText {
  readonly kind: 'text' | 'reasoning';
  readonly block: number;
  /** Set where nothing may be added any more: a signed part stands for itself. */
  isSealed: boolean;
  signature: Signature | undefined;
}

/** What a part says of its text. */
interface About {
  readonly kind: OpenText['kind'];
  readonly signature: Signature | undefined;
  readonly extra: JsonObject | undefined;
}

const plain: About = { kind: 'text', signature: undefined, extra: undefined };
/** Not put together for every piece. */
const deltas = { text: 'text-delta', reasoning: 'reasoning-delta' } as const;

const partFields = spellings('text', 'thought', 'thoughtSignature');
const candidateFields = spellings('content', 'index', 'finishReason', 'finishMessage', 'logprobsResult');

export function parseCandidate(choice: number): CandidateParser {
  const calls = parseCalls(choice);
  const texts: { readonly block: number; readonly said: GrowingText }[] = [];
  let blocks = 0;
  let open: OpenText | undefined;
  let finishReason: string | undefined;
  let finishMessage: string | undefined;
  let rest: JsonObject = {};
  let logprobs: JsonObject | undefined;

  const nextBlock = (): number => blocks++;

  const close = (): readonly Part[] => {
    if (open === undefined) return [];
    const { kind, block, signature } = open;
    open = undefined;
    return [{ type: `${kind}-end`, choice, block, ...defined({ signature }) }];
  };

  const begin = (kind: OpenText['kind'], extra: JsonObject | undefined): readonly Part[] => {
    const ended = close();
    const block = nextBlock();
    open = { kind, block, isSealed: extra !== undefined, signature: undefined };
    if (kind === 'text') texts.push({ block, said: new GrowingText() });
    return [...ended, { type: `${kind}-start`, choice, block, ...extraOf(extra) }];
  };

  const pushText = (text: string, { kind, signature, extra }: About): readonly Part[] => {
    if (text === '' && extra === undefined)
      return signature === undefined ? [] : pushSignature(kind, signature);
    const goesOn = open?.kind === kind && !open.isSealed && extra === undefined;
    const begun = goesOn ? [] : begin(kind, extra);
    if (open === undefined) return begun;
    const { block } = open;
    open.signature = signature;
    open.isSealed ||= signature !== undefined;
    if (kind === 'text') texts.at(-1)?.said.add(text);
    return text === '' ? begun : [...begun, { type: deltas[kind], choice, block, text }];
  };

  /** A part with nothing but a signature is a block of its own, and has to go back as one. */
  const pushSignature = (kind: OpenText['kind'], signature: Signature): readonly Part[] => {
    const ended = open?.kind === kind ? [] : close();
    // The text before it stays open for its citations, which come last.
    if (open !== undefined) open.isSealed = true;
    const block = nextBlock();
    return [
      ...ended,
      { type: `${kind}-start`, choice, block },
      { type: `${kind}-end`, choice, block, signature },
    ];
  };

  const pushPart = (part: Json, context: CallContext): readonly Part[] => {
    if (part === null) return [];
    if (!isObject(part)) throw protocolError('a part must be an object');
    const alone = textAlone(part);
    if (alone !== undefined) return pushText(alone, plain);
    const call = field(part, 'functionCall');
    if (call !== undefined) {
      if (!isObject(call)) throw protocolError('a function call must be an object');
      return [...close(), ...calls.push(part, call, context)];
    }
    const text = field(part, 'text');
    if (text !== undefined && typeof text !== 'string') throw protocolError('text must be a string');
    if (text !== undefined || isEmpty(restOf(part, partFields) ?? {}))
      return pushText(text ?? '', aboutText(part));
    // A picture that was drawn while thinking is no answer: only Gemini can tell what it is.
    const isThought = field(part, 'thought') === true;
    const media = isThought ? undefined : parseMedia(part, parseSignature(part));
    const value = media ?? { type: 'foreign' as const, dialect: 'gemini' as const, value: part };
    return [...close(), { type: 'block', choice, block: nextBlock(), value }];
  };

  const toldTexts = (): readonly CitedText[] =>
    texts.map(({ block, said }) => ({ block, text: said.toString() }));

  const noteRest = (candidate: JsonObject): void => {
    const more = restOf(candidate, candidateFields);
    if (more !== undefined) rest = joinRest(rest, more);
    const result = objectField(candidate, 'logprobsResult');
    if (result !== undefined) logprobs = joinLogprobs(logprobs, result);
    finishReason = stringOf(field(candidate, 'finishReason')) ?? finishReason;
    finishMessage = stringOf(field(candidate, 'finishMessage')) ?? finishMessage;
  };

  /** Sources are told at the end; those behind a block that is over already go to the last one, without their place. */
  const placeCitations = (): readonly PlacedCitation[] => {
    const found = parseCitations(rest, toldTexts());
    const last = open?.kind === 'text' ? open.block : blocks;
    return found.map(({ block, citation }) => {
      const { start: _, end: __, ...unplaced } = citation;
      return { block: last, citation: block === last ? citation : unplaced };
    });
  };

  const pushCitations = (placed: readonly PlacedCitation[]): readonly Part[] => {
    const begun = placed.length === 0 || open?.kind === 'text' ? [] : begin('text', undefined);
    return [
      ...begun,
      ...placed.map(({ block, citation }): Part => ({ type: 'citation', choice, block, citation })),
    ];
  };

  return {
    push(candidate, answerId) {
      if (!hasContentAlone(candidate)) noteRest(candidate);
      const content = saidObject(field(candidate, 'content'), 'the content of a candidate');
      const parts = field(content ?? {}, 'parts');
      if (parts === undefined) return [];
      const context = { answerId, nextBlock };
      if (!isList(parts)) return pushPart(parts, context);
      const [first] = parts;
      return parts.length === 1 && first !== undefined
        ? pushPart(first, context)
        : parts.flatMap((part) => pushPart(part, context));
    },
    end(blockReason) {
      const placed = placeCitations();
      const cited = pushCitations(placed);
      const tokens = logprobs === undefined ? [] : parseLogprobs(logprobs);
      const extra = extraOf({
        ...withoutRendered(rest, toldTexts(), placed),
        // What we cannot give back from the tokens alone: their ids, their sum.
        ...(logprobs !== undefined && !isSameJson(logprobs, renderLogprobs(tokens))
          ? { logprobsResult: logprobs }
          : {}),
      });
      const closed = [...close(), ...calls.end()];
      const finish =
        finishReason === undefined && blockReason !== undefined
          ? {
              reason: blocks === 0 ? ('prompt-blocked' as const) : ('content-filter' as const),
              raw: blockReason,
            }
          : parseFinish(finishReason, calls.hasCalls, finishMessage);
      return [
        ...cited,
        ...closed,
        ...(tokens.length === 0 ? [] : [{ type: 'logprobs' as const, choice, tokens }]),
        { type: 'finish', choice, finish, ...extra },
      ];
    },
    get isFinished() {
      return finishReason !== undefined;
    },
  };
}

function hasContentAlone(candidate: JsonObject): boolean {
  return Object.keys(candidate).every((name) => name === 'content' || name === 'index');
}

function aboutText(part: JsonObject): About {
  return {
    kind: field(part, 'thought') === true ? 'reasoning' : 'text',
    signature: parseSignature(part),
    extra: restOf(part, partFields),
  };
}

/** A later chunk corrects an earlier one; recited sources are told once each, in the chunk that recites. */
function joinRest(earlier: JsonObject, later: JsonObject): JsonObject {
  const joined: Record<string, Json | undefined> = { ...earlier, ...later };
  const { citationMetadata, groundingMetadata } = later;
  if (isObject(earlier.groundingMetadata) && isObject(groundingMetadata))
    joined.groundingMetadata = { ...earlier.groundingMetadata, ...groundingMetadata };
  const before = recitedIn(earlier.citationMetadata);
  if (before.length > 0 && isObject(citationMetadata)) {
    const added = recitedIn(citationMetadata).filter(
      (item) => !before.some((other) => isSameJson(item, other)),
    );
    joined.citationMetadata = { ...citationMetadata, citations: [...before, ...added] };
  }
  return joined;
}

function recitedIn(metadata: Json | undefined): readonly Json[] {
  const list = isObject(metadata) ? metadata.citations : undefined;
  return isList(list) ? list : [];
}

/** Without the sources that our own rendering of the citations gives back as they came. */
function withoutRendered(
  rest: JsonObject,
  texts: readonly CitedText[],
  placed: readonly PlacedCitation[],
): JsonObject {
  const { groundingMetadata, ...others } = rest;
  const isOnlySource = others.citationMetadata === undefined && groundingMetadata !== undefined;
  return isOnlySource && isSameJson(groundingMetadata, renderGrounding(texts, placed)) ? others : rest;
}
