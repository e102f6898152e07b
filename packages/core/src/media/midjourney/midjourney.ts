import { entryOf, numberOf, optional, pick, restOf, stringOf, wordOf } from '../../dialects/shared/read.ts';
import { GatewayError } from '../../errors.ts';
import type { ImageJobRequest, JobFormat, JobReport } from '../../protocol/job.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer, RenderedMedia } from '../../protocol/media.ts';
import { readObject } from '../shared/read-json.ts';
import {
  blocked,
  codeOfEnd,
  failed,
  nothingMade,
  readId,
  readProgress,
  readState,
  segment,
  soundsFiltered,
} from '../video/job-words.ts';
import { toDataUrl } from '../video/render-picture.ts';

/** What it takes beside the prompt; `notifyHook` is never a caller's to say. */
const ownWords = ['accountFilter', 'botType', 'modes', 'state'];

/** What Midjourney is told in the prompt itself: https://docs.midjourney.com/hc/en-us/articles/32859204029709-Parameter-List. */
const flags: Readonly<Record<string, string>> = {
  chaos: 'chaos',
  negative_prompt: 'no',
  seed: 'seed',
  stylize: 'stylize',
  weird: 'weird',
};

/** Midjourney, by the proxy that many host themselves: https://github.com/novicezk/midjourney-proxy. */
export const midjourney: JobFormat<ImageJobRequest> = {
  createPath: '/mj/submit/imagine',
  renderRequest,
  plan: ({ width, height }) => ({ seconds: undefined, width, height, adjusted: [] }),
  parseCreated,
  status: ({ id }) => ({ method: 'GET', path: `/mj/task/${segment(id)}/fetch` }),
  parseStatus,
  // Not every proxy has it, and those that do answer as to what is submitted.
  cancel: ({ id }) => ({ method: 'POST', path: `/mj/task/${segment(id)}/cancel` }),
  isCancelled: (answer) => readObject(answer).code === 1,
  content: ({ results }, variant, index = 0) => {
    const result = variant === 'video' ? results[index] : undefined;
    return result === undefined ? undefined : { result };
  },
};

function renderRequest(request: ImageJobRequest, model: string): RenderedMedia {
  const { images, n, extra } = request;
  const understood = [...ownWords, ...Object.keys(flags)];
  const json = {
    ...pick(extra, ownWords),
    prompt: writePrompt(request, model),
    base64Array: images.map(toDataUrl),
    ...(/\bniji\b/i.test(model) && { botType: 'NIJI_JOURNEY' }),
  };
  // It makes one picture, of four in a grid.
  const dropped = [
    ...Object.keys(restOf(extra, understood) ?? {}),
    ...(n !== undefined && n > 1 ? ['n'] : []),
  ];
  return { json, dropped };
}

/** What the caller writes himself is left as it is. */
function writePrompt(request: ImageJobRequest, model: string): string {
  const { prompt, extra } = request;
  const [, version] = /\b(?:v|niji-)(\d+(?:\.\d+)?)$/i.exec(model) ?? [];
  const ratio = ratioOf(request);
  const parts: string[] = [prompt];
  const add = (names: readonly string[], value: string | undefined): void => {
    const isSaid = names.some((name) => new RegExp(`--${name}(?![\\w-])`, 'i').test(prompt));
    if (value !== undefined && !isSaid) parts.push(`--${names[0] ?? ''} ${value}`);
  };
  add(['ar', 'aspect'], ratio);
  for (const [name, flag] of Object.entries(flags)) add([flag], flagOf(extra[name]));
  if (/\bniji\b/i.test(model)) add(['niji', 'v', 'version'], version);
  else add(['v', 'version', 'niji'], version);
  return parts.join(' ');
}

/** In one piece: a flag that holds another would be a parameter of its own. A long dash is two short ones to it. */
function flagOf(value: JsonObject[string]): string | undefined {
  const text =
    stringOf(value)
      ?.replaceAll(/-{2,}|—/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim() ?? numberOf(value);
  return text === undefined || text === '' ? undefined : String(text);
}

function ratioOf({ aspectRatio, width, height }: ImageJobRequest): string | undefined {
  if (aspectRatio !== undefined) return aspectRatio;
  if (width === undefined || height === undefined || width === height) return undefined;
  const divisor = commonDivisor(width, height);
  return `${width / divisor}:${height / divisor}`;
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}

/** 1: submitted; 21: there is one already; 22: it waits; the rest are refusals. */
function parseCreated(answer: MediaAnswer): JobReport {
  const { code, description, result } = readObject(answer);
  const words = wordOf(description) ?? 'the upstream has refused it';
  if (code === 1 || code === 21 || code === 22) return { id: readId(result), state: 'queued' };
  if (code === 23) throw told(429, words);
  if (code === 24 || soundsFiltered(words)) return blocked(words);
  return failed(code === 4 ? 'invalid_request' : 'generation_failed', words);
}

function told(upstreamStatus: number, reason: string): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_STATUS',
    { upstreamStatus, reason },
    { failure: { retry: 'elsewhere', health: 'neutral', sent: true } },
  );
}

/** Waiting for somebody to press a button is no end either; it never comes to one. */
const stuck: Readonly<Record<string, string>> = { modal: 'input_required' };

function parseStatus(answer: MediaAnswer): JobReport {
  // Of a job that it has forgotten it says nothing, and that with status 200.
  if (answer.body.length === 0) throw told(404, 'the upstream has forgotten it');
  const task = readObject(answer);
  const { status, progress, imageUrl, failReason } = task;
  const word = stringOf(status) ?? '';
  const picture = addressIn(imageUrl);
  const waits = entryOf(stuck, word.toLowerCase());
  if (waits !== undefined) return failed(waits, 'Midjourney asks for more than a prompt');
  const state = readState(word);
  if (state === 'failed') {
    const words = wordOf(failReason) ?? 'the upstream could not make the picture';
    return soundsFiltered(words) ? blocked(words) : failed(codeOfEnd(word), words);
  }
  if (state !== 'succeeded')
    return { state, ...optional('progress', readProgress(progress)), ...optional('preview', picture) };
  return picture === undefined ? nothingMade() : { state, progress: 100, results: [{ url: picture }] };
}

function addressIn(value: JsonObject[string]): string | undefined {
  const url = wordOf(value);
  return url !== undefined && /^https?:\/\//i.test(url) ? url : undefined;
}
