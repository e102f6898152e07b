import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call } from '../protocol/call.ts';
import { fieldsOf, isObject, parseJson, stringOf } from './shared/read.ts';
import { weighBody } from './weigh-body.ts';

/** What is known of the model that a call goes to. */
export interface BoundFacts {
  readonly model: string;
  /** Tokens, as `ModelFacts` has them. */
  readonly window: number | undefined;
  readonly maxOutput: number | undefined;
}

/** Tokens that a question has at most, by what they stand for. */
export interface PromptBound {
  readonly text: number;
  readonly image: number;
  readonly audio: number;
  readonly video: number;
}

/** Tokens that a vendor puts around a question: a token of text is a byte at least, and a message's frame in JSON is longer. */
const around = 512;
/** For what a vendor keeps and is only named, where the window is not known. */
const unknownWindow = 262_144;
/**
 * Tokens of a picture: OpenAI cuts one into 10,000 patches at most (`detail: "original"`), Claude and Gemini into fewer than
 * 5,000. https://platform.openai.com/docs/guides/images-vision, https://platform.claude.com/docs/en/build-with-claude/vision,
 * https://ai.google.dev/gemini-api/docs/media-resolution
 */
const perImage = 10_000;
/** 2,833 and eight times 5,667, as the first of these pages says. */
const perImageOfMini = 48_200;
/** Gemini's 32 a second, which is more than others have; and no sound of less than 8 kbit/s. */
const perAudioSecond = 32;
export const audioBytesPerSecond = 1000;
/** Gemini's 300 a second, and no film of less than 100 kbit/s. */
const perVideoSecond = 300;
const videoBytesPerSecond = 12_500;
/** Of what is not here but named: an hour. */
const namedSeconds = 3600;
/** A document has no more tokens than bytes, but for its pages as pictures; one that is only named can be large. */
const perDocument = 10_000;
const perNamedDocument = 250_000;

/** What a vendor keeps, and puts into the question. */
const kept = /"(?:conversation|cached_?[cC]ontent)"/;
/** How the names begin that stand before anything but text; names can be written with escapes, too. One look, for most. */
const marks =
  /"(?:image|input_(?:image|audio|file)|audio|video|file|document|inline_?[dD]ata|conversation|cached_?[cC]ontent)|\\u00/;

const ofText = (text: number): PromptBound => ({ text, image: 0, audio: 0, video: 0 });

/** Never fewer than the vendor counts, for what is sent; what its own tools put into the question is not foreseen. */
export function boundPrompt(call: Call, { model, window }: BoundFacts): PromptBound {
  const bytes = bufferOf(call.bytes);
  const all = window ?? Number.POSITIVE_INFINITY;
  const said = bytes.toString('latin1');
  const isMarked = marks.test(said);
  if (call.previousId !== undefined || (isMarked && kept.test(said))) return ofText(window ?? unknownWindow);
  if (!isMarked && weighBody(bytes).files.length === 0) return ofText(Math.min(all, bytes.length + around));
  const weight = new Weighing(/gpt-4o-mini/.test(model) ? perImageOfMini : perImage);
  weight.add(parseJson(bytes.toString('utf8')), '');
  const text = Math.min(all, Math.max(0, bytes.length - weight.taken) + weight.documents + around);
  const image = Math.min(all - text, weight.image);
  const audio = Math.min(all - text - image, weight.audio);
  return { text, image, audio, video: Math.min(all - text - image - audio, weight.video) };
}

type Kind = 'image' | 'audio' | 'video' | 'document';

/** Names under which something is told that is not here. */
const addresses = /^(?:url|uri|id|(?:image|file|video|audio)_(?:url|id)|file_?uri|fileUri|s3Location)$/;
const dataUrl = /^data:([^;,]*)[^,]{0,100},/;

class Weighing {
  image = 0;
  audio = 0;
  video = 0;
  documents = 0;
  /** Bytes that are no text. */
  taken = 0;
  readonly #perImage: number;

  constructor(perImageOfModel: number) {
    this.#perImage = perImageOfModel;
  }

  /** `hint`: what it stands in is said to be. JSON is not nested deeper than can be read. */
  add(value: unknown, hint: string): void {
    if (Array.isArray(value)) for (const item of value) this.add(item, hint);
    if (!isObject(value)) return;
    const said = `${stringOf(value['type']) ?? ''} ${typeOf(value)}`;
    for (const [name, member] of Object.entries(value)) {
      const about = `${hint} ${said} ${name}`;
      if (typeof member !== 'string') this.add(member, about.slice(-128));
      else this.#addText(name, member, about);
    }
  }

  #addText(name: string, text: string, about: string): void {
    const [, type] = dataUrl.exec(text.slice(0, 256)) ?? [];
    if (type !== undefined) this.#addBytes(kindOf(type) ?? kindOf(about) ?? 'document', text.length);
    else if (/^(?:data|bytes|file_data)$/.test(name) && text.length > 0) {
      const kind = kindOf(about);
      if (kind !== undefined) this.#addBytes(kind, text.length);
    } else if (addresses.test(name)) this.#addNamed(kindOf(about));
  }

  #addBytes(kind: Kind, length: number): void {
    this.taken += length;
    const bytes = Math.ceil((length * 3) / 4);
    if (kind === 'image') this.image += this.#perImage;
    else if (kind === 'audio') this.audio += Math.ceil(bytes / audioBytesPerSecond + 1) * perAudioSecond;
    else if (kind === 'video') this.video += Math.ceil(bytes / videoBytesPerSecond + 1) * perVideoSecond;
    else this.documents += Math.max(perDocument, bytes);
  }

  #addNamed(kind: Kind | undefined): void {
    if (kind === 'image') this.image += this.#perImage;
    else if (kind === 'audio') this.audio += namedSeconds * perAudioSecond;
    else if (kind === 'video') this.video += namedSeconds * perVideoSecond;
    else if (kind === 'document') this.documents += perNamedDocument;
  }
}

/** The media type, or what stands for it. */
function typeOf(value: object): string {
  const { mimeType, mime_type, media_type, format } = fieldsOf(value);
  return [mimeType, mime_type, media_type, format].filter((word) => typeof word === 'string').join(' ');
}

/** The last word that tells: it stands the nearest. `file` alone says nothing of what is in it. */
function kindOf(words: string): Kind | undefined {
  const said = words.toLowerCase();
  const found = said.match(/image|video|audio|\bwav\b|\bmp3\b|pdf|document/g)?.at(-1);
  if (found === undefined) return /file|inline/.test(said) ? 'document' : undefined;
  if (found === 'image' || found === 'video') return found;
  return found === 'pdf' || found === 'document' ? 'document' : 'audio';
}
