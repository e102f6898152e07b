import type { AnswerHead, ChatUsage, Part } from '../../protocol/chat-answer.ts';
import type { StreamParser } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import {
  defined,
  guardDepth,
  isList,
  isObject,
  listOf,
  protocolError,
  restOf,
  stringOf,
} from '../shared/read.ts';
import { parseError } from './convert-error.ts';
import { parseCounts, parseServiceTier, parseUsage } from './convert-usage.ts';
import { isBeforeGemini3 } from './model-facts.ts';
import { extraOf } from './own-extra.ts';
import { type CandidateParser, parseCandidate } from './parse-candidate.ts';
import { field, objectField, spellings } from './read.ts';

const chunkFields = spellings('candidates', 'usageMetadata', 'error');
const headFields = spellings('modelVersion', 'responseId', 'createTime');

const unnamedReason = 'BLOCKED_REASON_UNSPECIFIED';

/** More answers side by side than Gemini gives. */
const mostCandidates = 128;

/** Reads a stream of whole `GenerateContentResponse` chunks; a whole answer is the stream of its one chunk. */
export function parseStream(): StreamParser {
  return parseChunks('stream');
}

export function parseChunks(form: 'stream' | 'whole'): StreamParser {
  const candidates = new Map<number, CandidateParser>();
  let head: JsonObject = {};
  let usage: JsonObject = {};
  /** What the web was asked. */
  const queries = new Set<string>();
  let isOver = false;
  let isFirst = true;

  const blockReason = (): string | undefined => {
    const feedback = objectField(head, 'promptFeedback') ?? {};
    // Protobuf leaves out the first word of an enum.
    const unspecified = field(feedback, 'blockReasonMessage') === undefined ? undefined : unnamedReason;
    return stringOf(field(feedback, 'blockReason')) ?? unspecified;
  };

  const pushHead = (chunk: JsonObject): readonly Part[] => {
    const isNew = Object.keys(chunk).some(
      (name) => !chunkFields.includes(name) && chunk[name] !== null && !isKnown(head[name], chunk[name]),
    );
    if (isNew) head = { ...head, ...restOf(chunk, chunkFields) };
    const tier = objectField(chunk, 'usageMetadata')?.serviceTier;
    const isNewTier = typeof tier === 'string' && tier !== usage.serviceTier;
    if (!isNew && !isNewTier && !isFirst) return [];
    isFirst = false;
    return [{ type: 'head', ...readHead(head, tier ?? usage.serviceTier) }];
  };

  /** Every chunk counts anew: the numbers, in case that it breaks off; all that is said of them comes at the end. */
  const pushUsage = (chunk: JsonObject): readonly Part[] => {
    const metadata = objectField(chunk, 'usageMetadata');
    if (metadata === undefined) return [];
    usage = { ...usage, ...metadata };
    return usageParts(withSearches(parseCounts(usage)));
  };

  /** Before its third generation a question is billed once, however often the web is asked: https://ai.google.dev/gemini-api/docs/pricing. */
  const withSearches = (counted: ChatUsage | undefined): ChatUsage | undefined => {
    if (counted === undefined || queries.size === 0) return counted;
    const isOld = isBeforeGemini3(stringOf(field(head, 'modelVersion')) ?? '');
    return { ...counted, searches: isOld ? 1 : queries.size };
  };

  const pushCandidate = (candidate: Json, position: number): readonly Part[] => {
    if (candidate === null) return [];
    if (!isObject(candidate)) throw protocolError('a candidate must be an object');
    const index = indexOf(candidate, position);
    const grounding = objectField(candidate, 'groundingMetadata');
    const asked = grounding === undefined ? [] : listOf(field(grounding, 'webSearchQueries'));
    for (const query of asked) if (typeof query === 'string' && query !== '') queries.add(query);
    const parser = candidates.get(index) ?? parseCandidate(index);
    candidates.set(index, parser);
    return parser.push(candidate, stringOf(field(head, 'responseId')));
  };

  /** What follows an answer that has ended, under another id. */
  const isOfAnother = (chunk: JsonObject): boolean => {
    if (candidates.size === 0) return false;
    for (const { isFinished } of candidates.values()) if (!isFinished) return false;
    const [known, told] = [head, chunk].map((from) => stringOf(field(from, 'responseId')));
    return known !== undefined && told !== undefined && told !== known;
  };

  const pushChunk = (chunk: JsonObject): readonly Part[] => {
    const error = field(chunk, 'error');
    if (error !== undefined) {
      isOver = true;
      return [{ type: 'error', error: parseError(0, {}, chunk) }];
    }
    if (isOfAnother(chunk)) return [];
    const list = field(chunk, 'candidates') ?? [];
    if (!isList(list)) throw protocolError('candidates must be a list');
    const parts = [...pushHead(chunk)];
    list.forEach((candidate, position) => parts.push(...pushCandidate(candidate, position)));
    parts.push(...pushUsage(chunk));
    return parts;
  };

  const endAll = (): readonly Part[] => {
    const blocked = blockReason();
    const counted = usageParts(withSearches(parseUsage(usage)));
    if (candidates.size > 0) {
      const ended = [...candidates].flatMap(([, parser]) => {
        if (!parser.isFinished && blocked === undefined && form === 'stream')
          throw protocolError('the stream ended before the answer did');
        return parser.end(blocked);
      });
      return [...counted, ...ended];
    }
    if (blocked !== undefined)
      return [...counted, { type: 'finish', choice: 0, finish: { reason: 'prompt-blocked', raw: blocked } }];
    // Google has been seen to count tokens and say nothing; a stream that does so was cut off.
    if (form === 'stream' || counted.length === 0)
      throw protocolError('neither candidates nor a reason why there are none');
    return [
      ...counted,
      { type: 'finish', choice: 0, finish: { reason: 'other', raw: 'FINISH_REASON_UNSPECIFIED' } },
    ];
  };

  return {
    push: ({ data }) => (data === undefined || isOver ? [] : guardDepth(() => pushChunk(data), tooDeep)),
    end() {
      if (isOver) return [];
      isOver = true;
      return guardDepth(endAll, tooDeep);
    },
  };
}

function usageParts(usage: ChatUsage | undefined): readonly Part[] {
  return usage === undefined ? [] : [{ type: 'usage', usage }];
}

function tooDeep(): ReturnType<typeof protocolError> {
  return protocolError('nested too deeply');
}

function isKnown(before: Json | undefined, now: Json | undefined): boolean {
  return before === now || (typeof now === 'object' && JSON.stringify(before) === JSON.stringify(now));
}

function indexOf(candidate: JsonObject, position: number): number {
  const index = field(candidate, 'index') ?? position;
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < mostCandidates)
    return index;
  throw protocolError('a candidate with an impossible index');
}

function readHead(head: JsonObject, tier: Json | undefined): AnswerHead {
  const createTime = stringOf(field(head, 'createTime'));
  const created = createTime === undefined ? Number.NaN : Math.floor(Date.parse(createTime) / 1000);
  const isWhole = !Number.isNaN(created) && renderTime(created) === createTime;
  return {
    ...defined({
      id: stringOf(field(head, 'responseId')),
      model: stringOf(field(head, 'modelVersion')),
      created: Number.isNaN(created) ? undefined : created,
      serviceTier: parseServiceTier(stringOf(tier)),
    }),
    ...extraOf({ ...restOf(head, headFields), ...(isWhole ? {} : defined({ createTime })) }),
  };
}

/** Seconds since the epoch as Google writes them; undefined beyond what a date can hold. */
export function renderTime(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace('.000Z', 'Z');
}
