import type { AnswerHead, Part } from '../../protocol/chat-answer.ts';
import type { StreamParser, WireEvent } from '../../protocol/codec.ts';
import type { Citation } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, indexOf, isList, protocolError } from '../shared/read.ts';
import { saidList, saidObject } from '../shared/said.ts';
import { findStreamError } from './convert-error.ts';
import { findUsage } from './convert-usage.ts';
import { findSources } from './find-sources.ts';
import { ownOf } from './own-extra.ts';
import { parseHead } from './parse-answer.ts';
import { makeStreamChoice, type StreamChoice } from './stream-choice.ts';

/** Reads one stream of the family; each kind of content is told as it comes, in blocks numbered as in a whole answer. */
export function parseStream(): StreamParser {
  const choices = new Map<number, StreamChoice>();
  let head: AnswerHead = {};
  let hasHead = false;
  /** The last event that was looked at for what it says of the whole. */
  let told: JsonObject = {};
  let sources: readonly Citation[] = [];
  /** `[DONE]`, or an error: nothing that follows counts. */
  let isOver = false;
  let hasFailed = false;

  const pushHead = (event: JsonObject): Part[] => {
    if (hasHead && repeats(event, told)) return [];
    told = event;
    const next = mergeHead(head, parseHead(event));
    if (hasHead && isSame(head, next)) return [];
    hasHead = true;
    head = next;
    return [{ type: 'head', ...head }];
  };

  const choiceOf = (index: number): StreamChoice => {
    const choice = choices.get(index) ?? makeStreamChoice(index, () => head.id ?? '');
    choices.set(index, choice);
    return choice;
  };

  const closeAll = (): Part[] => [...choices.values()].flatMap((choice) => choice.close());

  return {
    push: ({ data }: WireEvent) => {
      if (isOver) return [];
      if (data === undefined) {
        isOver = true;
        return closeAll();
      }
      const error = findStreamError(data);
      if (error !== undefined) {
        isOver = true;
        hasFailed = true;
        return [{ type: 'error', error }];
      }
      const usage = findUsage(data);
      // A ping, or an event of a kind that is not known.
      const values = saidList(data['choices'], 'the list of choices');
      if (!isList(data['choices']) && usage === undefined) return [];
      const parts = pushHead(data);
      const named = findSources(data);
      if (named.length > 0) sources = named;
      values.forEach((value, position) => {
        const choice = saidObject(value, 'a choice');
        if (choice !== undefined)
          parts.push(...choiceOf(indexOf(choice['index']) ?? position).push(choice, sources));
      });
      if (usage !== undefined) parts.push({ type: 'usage', usage });
      return parts;
    },
    end: () => {
      if (hasFailed) return [];
      if (choices.size === 0) throw protocolError('the stream ended without an answer');
      const isComplete = isOver || [...choices.values()].every((choice) => choice.hasFinished());
      if (!isComplete) throw protocolError('the stream ended before its last event');
      isOver = true;
      return closeAll();
    },
  };
}

/** Fields that say nothing of the whole. */
const ofEvent = new Set(['object', 'choices', 'usage', 'obfuscation', 'p', 'error']);

/** Nearly every event says of the whole what the one before did. */
function repeats(event: JsonObject, told: JsonObject): boolean {
  return Object.keys(event).every((name) => event[name] === told[name] || ofEvent.has(name));
}

/** The first id counts: some servers give every event its own. What is said of the whole may be corrected. */
function mergeHead(known: AnswerHead, next: AnswerHead): AnswerHead {
  const extra = { ...ownOf(known.extra), ...ownOf(next.extra) };
  return defined({
    id: known.id ?? next.id,
    model: known.model ?? next.model,
    created: known.created ?? next.created,
    serviceTier: next.serviceTier ?? known.serviceTier,
    extra: known.extra === undefined && next.extra === undefined ? undefined : { 'openai-chat': extra },
  });
}

function isSame(a: AnswerHead, b: AnswerHead): boolean {
  if (a.id !== b.id || a.model !== b.model || a.created !== b.created || a.serviceTier !== b.serviceTier)
    return false;
  const known = ownOf(a.extra);
  return Object.entries(ownOf(b.extra)).every(
    ([name, value]) =>
      known[name] === value ||
      (typeof value === 'object' && JSON.stringify(known[name]) === JSON.stringify(value)),
  );
}
