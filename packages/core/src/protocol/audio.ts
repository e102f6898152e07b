import type { JsonObject } from './json.ts';
import type { Form, UploadedFile } from './media.ts';
import type { Usage } from './usage.ts';

/** A wish for speech in no vendor's words. What is left out, the caller did not say. */
export interface SpeechRequest {
  /** As the caller named it. */
  readonly model: string;
  /** What is to be said. */
  readonly input: string;
  /** The name of a voice, or the id of one of the caller's own. */
  readonly voice?: string | { readonly id: string };
  /** How it is to be said. */
  readonly instructions?: string;
  /** `mp3`, `opus`, `aac`, `flac`, `wav`, `pcm`, or what a vendor has besides. */
  readonly responseFormat?: string;
  /** 1 is as usual. */
  readonly speed?: number;
  /** The bytes of the sound, or events with pieces of it. */
  readonly streamFormat?: 'audio' | 'sse';
  /** Parameters that OpenAI has not, as the caller gave them. */
  readonly extra?: JsonObject;
}

export interface SpeechResult {
  /** Media type. */
  readonly type: string;
  readonly bytes: Buffer;
  readonly usage?: Usage;
}

/** A wish for what is said in a recording. What is left out, the caller did not say. */
export interface TranscriptionRequest {
  /** `translations`: in English. */
  readonly operation: 'transcriptions' | 'translations';
  /** As the caller named it. */
  readonly model: string;
  readonly file: UploadedFile;
  /** All that the caller has sent. */
  readonly form: Form;
  readonly language?: string;
  /** What came before, or words to expect. */
  readonly prompt?: string;
  /** `json`, `text`, `srt`, `verbose_json`, `vtt`, `diarized_json`, or what a vendor has besides. */
  readonly responseFormat?: string;
  readonly temperature?: number;
  readonly stream: boolean;
}

/** A piece of what was said; times in seconds from the beginning. */
export interface TranscriptSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker?: string;
}

/** What was said. */
export interface Transcript {
  readonly text: string;
  /** As the provider named it. */
  readonly language?: string;
  readonly segments?: readonly TranscriptSegment[];
}

export type TranscriptionResult = { readonly usage?: Usage } & (
  | { readonly kind: 'transcript'; readonly transcript: Transcript }
  /** Written as the caller wanted it already. */
  | { readonly kind: 'written'; readonly type: string; readonly body: Buffer }
);
