import type { GatewayError } from '../../errors.ts';
import type { JobPlan, VideoRequest } from '../../protocol/job.ts';
import { invalidHere } from '../shared/refuse.ts';

/** A size in which a model makes videos. */
export interface Frame {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** In the vendor's words: `16:9` and `720p`. */
  readonly aspectRatio: string;
  readonly resolution: string;
}

/** What one model can make. */
export interface VideoAbilities {
  /** Lengths, rising. */
  readonly seconds: readonly number[];
  readonly defaultSeconds: number;
  /** The first one is the default. */
  readonly frames: readonly Frame[];
  /** How many at once; left out: one. */
  readonly n?: number;
  /** Left out: every length in every size. */
  readonly isPossible?: (seconds: number, frame: Frame) => boolean;
}

/** What will be made. */
export interface FittedVideo {
  readonly seconds: number;
  readonly frame: Frame;
  readonly n: number;
  readonly adjusted: readonly string[];
}

type Candidate = Pick<FittedVideo, 'seconds' | 'frame'>;

/** Pixels of the shorter side; undefined for what is no resolution. */
export function linesOf(resolution: string): number | undefined {
  const named = { '2k': 1440, '4k': 2160, '8k': 4320 }[resolution.toLowerCase()];
  if (named !== undefined) return named;
  const [, lines] = /^(\d{2,4})p$/i.exec(resolution) ?? [];
  return lines === undefined ? undefined : Number(lines);
}

/** Width by height; undefined for what is no ratio. */
export function ratioOf(aspectRatio: string): number | undefined {
  const [, width, height] = /^([1-9]\d{0,3}):([1-9]\d{0,3})$/.exec(aspectRatio) ?? [];
  return width === undefined ? undefined : Number(width) / Number(height);
}

/**
 * The nearest that a model can do: the shape first, then as little changed as can be, then rather more than less.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` where just that was asked for which it cannot do
 */
export function fitVideo(request: VideoRequest, abilities: VideoAbilities): FittedVideo {
  const best = findBest(request, abilities);
  const n = Math.min(request.n ?? 1, abilities.n ?? 1);
  const adjusted = adjustments(request, { ...best, n });
  if (request.isExact && adjusted.length > 0) throw refuse(request, abilities);
  return { ...best, n, adjusted };
}

export function planOf({ seconds, frame, n, adjusted }: FittedVideo): JobPlan {
  return { seconds, width: frame.width, height: frame.height, n, adjusted };
}

/** 0 is just what is asked for. */
export function distanceOf(request: VideoRequest, abilities: VideoAbilities): number {
  const best = findBest(request, abilities);
  const n = Math.min(request.n ?? 1, abilities.n ?? 1);
  // 854x480 is 16:9 by its name only.
  const changes = adjustments(request, { ...best, n }).length;
  if (changes === 0) return 0;
  const { seconds, frame } = best;
  return (
    changes / 100 +
    apart(seconds, request.seconds) +
    apart(frame.width / frame.height, wantedRatio(request)) +
    apart(Math.min(frame.width, frame.height), wantedLines(request)) +
    apart(n, request.n)
  );
}

/** No limits are known: what is asked for will be made. */
export function planAsAsked({ seconds, width, height, n = 1 }: VideoRequest): JobPlan {
  return { seconds, width, height, n, adjusted: [] };
}

function findBest(request: VideoRequest, abilities: VideoAbilities): Candidate {
  const { seconds, frames, defaultSeconds, isPossible = () => true } = abilities;
  let best: { readonly candidate: Candidate; readonly score: readonly number[] } | undefined;
  for (const [index, frame] of frames.entries()) {
    for (const length of seconds) {
      if (!isPossible(length, frame)) continue;
      const candidate = { seconds: length, frame };
      const isUnusual = length === defaultSeconds ? 0 : 1;
      const score = [...scoreOf(request, candidate), isUnusual, index];
      if (best === undefined || isBefore(score, best.score)) best = { candidate, score };
    }
  }
  if (best === undefined) throw new TypeError('a model that can make nothing');
  return best.candidate;
}

/** What matters most first; less is better. */
function scoreOf(request: VideoRequest, candidate: Candidate): readonly number[] {
  const { seconds, frame } = candidate;
  const lines = Math.min(frame.width, frame.height);
  const [wantedSeconds, linesWanted] = [request.seconds ?? seconds, wantedLines(request) ?? lines];
  return [
    // 1024x1792 is 9:16 for all that anybody sees.
    Math.round(apart(frame.width / frame.height, wantedRatio(request)) * 20),
    adjustments(request, { ...candidate, n: request.n ?? 1 }).length,
    Number(seconds < wantedSeconds) + Number(lines < linesWanted),
    apart(seconds, wantedSeconds),
    apart(lines, linesWanted),
  ];
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}

/** How many times as much, either way; on a scale on which the same is 0. */
function apart(made: number, wanted: number | undefined): number {
  return wanted === undefined ? 0 : Math.abs(Math.log(made / wanted));
}

function wantedRatio({ aspectRatio, width, height }: VideoRequest): number | undefined {
  if (aspectRatio !== undefined) return ratioOf(aspectRatio);
  return width === undefined || height === undefined ? undefined : width / height;
}

function wantedLines({ resolution, width, height }: VideoRequest): number | undefined {
  if (resolution !== undefined) return linesOf(resolution);
  return width === undefined || height === undefined ? undefined : Math.min(width, height);
}

function adjustments(
  { seconds, width, height, aspectRatio, resolution, n }: VideoRequest,
  made: Omit<FittedVideo, 'adjusted'>,
): readonly string[] {
  const { frame } = made;
  const lines = Math.min(frame.width, frame.height);
  const list: string[] = [];
  const tell = (name: string, asked: string | number, told: string | number): void => {
    list.push(`${name}: ${asked} -> ${told}`);
  };
  if (seconds !== undefined && seconds !== made.seconds) tell('seconds', seconds, made.seconds);
  if (width !== undefined && height !== undefined && (width !== frame.width || height !== frame.height))
    tell('size', `${width}x${height}`, sizeOf(frame));
  if (aspectRatio !== undefined && ratioOf(aspectRatio) !== ratioOf(frame.aspectRatio))
    tell('aspect_ratio', aspectRatio, frame.aspectRatio);
  if (resolution !== undefined && linesOf(resolution) !== lines)
    tell('resolution', resolution, frame.resolution);
  if (n !== undefined && n !== made.n) tell('n', n, made.n);
  return list;
}

export function sizeOf({ width, height }: Pick<Frame, 'width' | 'height'>): string {
  return `${width}x${height}`;
}

/** Names the parameter that is at fault, and what it may be. */
function refuse(request: VideoRequest, abilities: VideoAbilities): GatewayError {
  const { seconds, width, height } = request;
  const { frames, n = 1, isPossible = () => true } = abilities;
  if (seconds !== undefined && !abilities.seconds.includes(seconds))
    return notAllowed('seconds', wordLengths(abilities.seconds));
  const frame = frames.find((one) => one.width === width && one.height === height);
  if (width !== undefined && frame === undefined) return notAllowed('size', wordList(frames.map(sizeOf)));
  if (request.n !== undefined && request.n > n) return notAllowed('n', n === 1 ? '1' : `1 to ${n}`);
  if (frame !== undefined) {
    const lengths = abilities.seconds.filter((length) => isPossible(length, frame));
    return notAllowed('seconds', `${wordLengths(lengths)} where the size is ${sizeOf(frame)}`);
  }
  const parameter = request.aspectRatio === undefined ? 'resolution' : 'aspect_ratio';
  const words = frames.map((one) => (parameter === 'resolution' ? one.resolution : one.aspectRatio));
  return notAllowed(parameter, wordList([...new Set(words)]));
}

function notAllowed(parameter: string, allowed: string): GatewayError {
  return invalidHere(parameter, `it must be ${allowed}`);
}

function wordLengths(lengths: readonly number[]): string {
  const [first = 0, last = 0] = [lengths[0], lengths.at(-1)];
  const isRange = lengths.length > 8 && last - first === lengths.length - 1;
  return isRange ? `a whole number from ${first} to ${last}` : wordList(lengths.map(String));
}

function wordList(words: readonly string[]): string {
  return words.length === 1 ? words.join('') : `one of ${words.join(', ')}`;
}
