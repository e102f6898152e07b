import { makeAac } from './make-aac.ts';
import { makeFlac } from './make-flac.ts';
import { makeMp3 } from './make-mp3.ts';
import { makeOpus } from './make-opus.ts';
import { makePcm, makeWav, type ToneSettings } from './make-wav.ts';

export type SpeechFormat = 'mp3' | 'opus' | 'aac' | 'flac' | 'wav' | 'pcm';

export const speechFormats: readonly SpeechFormat[] = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'];

export function isSpeechFormat(name: string): name is SpeechFormat {
  return speechFormats.some((format) => format === name);
}

/** A valid file of the format: a tone where samples are stored as they are, else silence of the same length. */
export function makeSpeech(format: SpeechFormat, tone: ToneSettings): Buffer {
  switch (format) {
    case 'mp3':
      return makeMp3(tone.seconds);
    case 'opus':
      return makeOpus(tone.seconds);
    case 'aac':
      return makeAac(tone.seconds);
    case 'flac':
      return makeFlac(tone);
    case 'wav':
      return makeWav(tone);
    default:
      return makePcm(tone);
  }
}
