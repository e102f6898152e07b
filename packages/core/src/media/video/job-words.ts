import { entryOf, fieldsOf, numberOf, protocolError, stringOf, wordOf } from '../../dialects/shared/read.ts';
import type { JobReport, JobState } from '../../protocol/job.ts';
import type { Json } from '../../protocol/json.ts';

/** What the formats of jobs have in common. */

/**
 * The upstream's name for a job, for addresses.
 *
 * @throws GatewayError `VE_UPSTREAM_PROTOCOL`
 */
export function readId(value: Json | undefined): string {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? `${value}` : wordOf(value);
  if (id === undefined || id.length > 512 || !id.isWellFormed() || /^\.{1,2}$/.test(id))
    throw protocolError('it gave a job no name');
  return id;
}

/** As one segment of a path (RFC 3986, 3.3). */
export function segment(id: string): string {
  return encodeURIComponent(readId(id));
}

/** A name of several segments, as Google's are: `models/veo-3.1/operations/abc`. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function readResource(value: Json | undefined): string {
  const name = readId(value);
  if (!name.split('/').every((part) => /^[\w.@-]+$/.test(part) && !/^\.{1,2}$/.test(part)))
    throw protocolError('it gave a job a name that is none');
  return name;
}

const states: Readonly<Record<string, JobState>> = {
  created: 'queued',
  not_start: 'queued',
  pending: 'queued',
  preparing: 'queued',
  queued: 'queued',
  queueing: 'queued',
  submitted: 'queued',
  in_progress: 'running',
  processing: 'running',
  running: 'running',
  completed: 'succeeded',
  done: 'succeeded',
  finished: 'succeeded',
  succeeded: 'succeeded',
  success: 'succeeded',
  cancel: 'failed',
  canceled: 'failed',
  cancelled: 'failed',
  error: 'failed',
  expired: 'failed',
  fail: 'failed',
  failed: 'failed',
  failure: 'failed',
  timeout: 'failed',
};

/** Codes for ends that a word tells. */
const ends: Readonly<Record<string, string>> = {
  cancel: 'cancelled',
  canceled: 'cancelled',
  cancelled: 'cancelled',
  expired: 'expired',
  timeout: 'timeout',
};

/** In whichever of the field's words; one that nobody knows is one on the way. */
export function readState(word: string): JobState {
  return entryOf(states, word.toLowerCase()) ?? 'running';
}

/** The code of a failure that only its status tells. */
export function codeOfEnd(word: string): string {
  return entryOf(ends, word.toLowerCase()) ?? 'generation_failed';
}

const filterWords =
  /moderat|content[_ ]?(?:policy|filter)|safety|sensitive|banned|nsfw|prohibited|usage guidelines|violat\w*.*(?:polic|guideline)/i;

/** Whether a failure is one of the vendor's filter, by what it says. */
export function soundsFiltered(...texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => text !== undefined && filterWords.test(text));
}

export function failed(code: string, message: string, filtered = false): JobReport {
  return { state: 'failed', error: { code, message, ...(filtered && { filtered }) } };
}

export function blocked(message: string): JobReport {
  return failed('content_filtered', message, true);
}

/** It has made nothing, and says that it has. */
export function nothingMade(): JobReport {
  return failed('result_missing', 'the upstream finished without a result');
}

/** An error as most vendors write it, `{code, message}` or a text. */
export function readFailure(value: Json | undefined, code: string, message: string): JobReport {
  const { code: told, type, message: text } = fieldsOf(value);
  const words = wordOf(text) ?? wordOf(value) ?? message;
  const own = wordOf(told) ?? wordOf(type);
  return failed(own ?? code, words, soundsFiltered(own, words));
}

/** 0 to 100, from 40, "40" or "40%". */
export function readProgress(value: Json | undefined): number | undefined {
  const text = stringOf(value)?.replace(/%$/, '').trim();
  const progress = text === undefined || text === '' ? numberOf(value) : Number(text);
  if (progress === undefined || Number.isNaN(progress)) return undefined;
  return Math.min(100, Math.max(0, Math.round(progress)));
}
