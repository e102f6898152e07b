import type { AnswerHead, Part } from '../../protocol/chat-answer.ts';
import type { StreamParser } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { parseError } from './convert-error.ts';
import { parseServiceTier, parseUsage } from './convert-usage.ts';
import { type CandidateParser, parseCandidate } from './parse-candidate.ts';
import {
  field,
  guardDepth,
  isList,
  isObject,
  known,
  objectField,
  ownExtra,
  protocolError,
  readText,
  spellings,
  without,
} from './read.ts';

const chunkFields = spellings('candidates', 'usageMetadata', 'error');
const headFields = spellings('modelVersion', 'responseId', 'createTime');

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
  let isOver = false;
  let isFirst = true;

  const blockReason = (): string | undefined =>
    readText(field(objectField(head, 'promptFeedback') ?? {}, 'blockReason'));

  const pushHead = (chunk: JsonObject): readonly Part[] => {
    const told = without(chunk, chunkFields) ?? {};
    const isNew = Object.keys(told).some((name) => told[name] !== null && !isKnown(head[name], told[name]));
    if (isNew) head = { ...head, ...told };
    const tier = objectField(chunk, 'usageMetadata')?.serviceTier;
    const isNewTier = typeof tier === 'string' && tier !== usage.serviceTier;
    if (!isNew && !isNewTier && !isFirst) return [];
    isFirst = false;
    return [{ type: 'head', ...readHead(head, tier ?? usage.serviceTier) }];
  };

  const pushUsage = (chunk: JsonObject): readonly Part[] => {
    const metadata = objectField(chunk, 'usageMetadata');
    if (metadata === undefined) return [];
    usage = { ...usage, ...metadata };
    const parsed = parseUsage(usage);
    return parsed === undefined ? [] : [{ type: 'usage', usage: parsed }];
  };

  const pushCandidate = (candidate: Json, position: number): readonly Part[] => {
    if (candidate === null) return [];
    if (!isObject(candidate)) throw protocolError('a candidate must be an object');
    const index = indexOf(candidate, position);
    const parser = candidates.get(index) ?? parseCandidate(index);
    candidates.set(index, parser);
    return parser.push(candidate, readText(field(head, 'responseId')));
  };

  const pushChunk = (chunk: JsonObject): readonly Part[] => {
    const error = field(chunk, 'error');
    if (error !== undefined) {
      isOver = true;
      return [{ type: 'error', error: parseError(0, {}, chunk) }];
    }
    const list = field(chunk, 'candidates') ?? [];
    if (!isList(list)) throw protocolError('candidates must be a list');
    return [...pushHead(chunk), ...list.flatMap(pushCandidate), ...pushUsage(chunk)];
  };

  const endAll = (): readonly Part[] => {
    const blocked = blockReason();
    if (candidates.size > 0)
      return [...candidates].flatMap(([, parser]) => {
        if (!parser.isFinished && blocked === undefined && form === 'stream')
          throw protocolError('the stream ended before the answer did');
        return parser.end(blocked);
      });
    if (blocked === undefined) throw protocolError('neither candidates nor a reason why there are none');
    return [{ type: 'finish', choice: 0, finish: { reason: 'prompt-blocked', raw: blocked } }];
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
  const createTime = readText(field(head, 'createTime'));
  const created = createTime === undefined ? Number.NaN : Math.floor(Date.parse(createTime) / 1000);
  const isWhole = !Number.isNaN(created) && renderTime(created) === createTime;
  return {
    ...known({
      id: readText(field(head, 'responseId')),
      model: readText(field(head, 'modelVersion')),
      created: Number.isNaN(created) ? undefined : created,
      serviceTier: parseServiceTier(readText(tier)),
    }),
    ...ownExtra({ ...without(head, headFields), ...(isWhole ? {} : known({ createTime })) }),
  };
}

/** Seconds since the epoch as Google writes them; undefined beyond what a date can hold. */
export function renderTime(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace('.000Z', 'Z');
}
