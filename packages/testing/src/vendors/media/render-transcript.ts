import { countTokens, splitTokens } from '../../replies/count-tokens.ts';
import type { JsonObject } from '../../wire/read-json.ts';

/** What was heard and what is wanted to be told of it. */
export interface Transcript {
  readonly task: 'transcribe' | 'translate';
  readonly text: string;
  /** Length of the recording. */
  readonly seconds: number;
  /** By its seconds, as Whisper; else by tokens. */
  readonly isBilledByTime: boolean;
  readonly words: boolean;
  readonly segments: boolean;
  readonly logprobs: boolean;
  /** Names that the caller gave to those who speak. */
  readonly speakers: readonly string[];
}

const tokensPerSecond = 10;

export function usageOf({ text, seconds, isBilledByTime }: Transcript): JsonObject {
  if (isBilledByTime) return { type: 'duration', seconds: Math.ceil(seconds) };
  const audio = Math.ceil(seconds * tokensPerSecond);
  const output = countTokens(text);
  return {
    type: 'tokens',
    total_tokens: audio + output,
    input_tokens: audio,
    input_token_details: { text_tokens: 0, audio_tokens: audio },
    output_tokens: output,
  };
}

interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Pieces of the text, each with an equal share of the time. */
function spread(pieces: readonly string[], seconds: number): Span[] {
  const share = pieces.length === 0 ? 0 : seconds / pieces.length;
  return pieces.map((text, index) => ({
    text,
    start: round(index * share),
    end: round((index + 1) * share),
  }));
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

export function segmentsOf({ text, seconds }: Pick<Transcript, 'seconds' | 'text'>): Span[] {
  return spread(text.match(/[^.!?]+[.!?]*/g) ?? [], seconds);
}

export function renderVerbose(transcript: Transcript): JsonObject {
  const { task, text, seconds, words, segments } = transcript;
  const all = spread(text.split(/\s+/).filter(Boolean), seconds);
  return {
    task,
    language: 'english',
    duration: round(seconds),
    text,
    ...(words ? { words: all.map(({ text: word, start, end }) => ({ word, start, end })) } : {}),
    ...(segments ? { segments: segmentsOf(transcript).map(renderSegment) } : {}),
    ...(task === 'transcribe' ? { usage: usageOf(transcript) } : {}),
  };
}

function renderSegment({ text, start, end }: Span, id: number): JsonObject {
  return {
    id,
    seek: 0,
    start,
    end,
    text,
    tokens: splitTokens(text).map((_, index) => 50_364 + index),
    temperature: 0,
    avg_logprob: -0.2,
    compression_ratio: 0.9,
    no_speech_prob: 0.01,
  };
}

export function renderDiarized(transcript: Transcript): JsonObject {
  return {
    task: 'transcribe',
    duration: round(transcript.seconds),
    text: transcript.text,
    segments: segmentsOf(transcript).map((span, index) => renderSpeech(span, index, transcript)),
    usage: usageOf(transcript),
  };
}

/** Two people take turns. */
function renderSpeech({ text, start, end }: Span, index: number, { speakers }: Transcript): JsonObject {
  const names = speakers.length === 0 ? ['A', 'B'] : speakers;
  const speaker = names[index % names.length];
  return { type: 'transcript.text.segment', id: `seg_${index}`, start, end, text, speaker };
}

export function renderSubtitles(transcript: Transcript, format: 'srt' | 'vtt'): string {
  const mark = format === 'srt' ? ',' : '.';
  const lines = segmentsOf(transcript).map(({ text, start, end }, index) => {
    const number = format === 'srt' ? `${index + 1}\n` : '';
    return `${number}${wordTime(start, mark)} --> ${wordTime(end, mark)}\n${text.trim()}\n\n`;
  });
  return `${format === 'vtt' ? 'WEBVTT\n\n' : ''}${lines.join('')}`;
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

function wordTime(seconds: number, mark: string): string {
  const milliseconds = Math.round(seconds * 1000);
  const whole = Math.floor(milliseconds / 1000);
  const clock = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((part) => pad(part));
  return `${clock.join(':')}${mark}${pad(milliseconds % 1000, 3)}`;
}

/** The events of a stream. Nothing is made before it is read. */
export function* streamTranscript(transcript: Transcript, format: string): Generator<string> {
  const { text, logprobs } = transcript;
  const rated = (piece: string): JsonObject =>
    logprobs ? { logprobs: splitTokens(piece).map(rateToken) } : {};
  if (format === 'diarized_json') {
    for (const [index, span] of segmentsOf(transcript).entries()) {
      yield toEvent(renderSpeech(span, index, transcript));
    }
  } else {
    for (const delta of splitTokens(text)) {
      yield toEvent({ type: 'transcript.text.delta', delta, ...rated(delta) });
    }
  }
  yield toEvent({ type: 'transcript.text.done', text, ...rated(text), usage: usageOf(transcript) });
}

function rateToken(token: string): JsonObject {
  return { token, logprob: -0.01, bytes: [...Buffer.from(token)] };
}

function toEvent(event: JsonObject): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
