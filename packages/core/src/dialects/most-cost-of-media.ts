import { type GradedPrice, type MediaPrice, type Price, priceFor, priceOfGrade } from '../catalog/price.ts';
import type { Call } from '../protocol/call.ts';
import type { MediaOperation } from '../protocol/media.ts';
import { audioBytesPerSecond, type BoundFacts, boundPrompt } from './bound-prompt.ts';
import { type MediaWish, readMediaWish } from './media-wish.ts';

/** Tokens of a picture that OpenAI makes, 6,240 at most as its page on image generation says, with its previews. */
const perMadeImage = 8192;
/** Tokens of sound that a character is spoken with: 32 a second, ten characters a second. */
const perSpokenCharacter = 5;
/** Tokens of sound that is heard, a second, and of the text that it becomes. */
const perHeardSecond = 32;
const perWrittenSecond = 10;
/** Of a film whose length the caller does not say; no vendor's usual one is longer. */
const usualFilm = 15;
/** Documents that are one search of a reranker, and bytes of a document that is not cut into two: https://cohere.com/pricing. */
const documentsPerSearch = 100;
const bytesPerDocument = 500;

interface Priced {
  readonly price: Price;
  readonly facts: BoundFacts;
}

/** Whole nano-dollars. */
export function mostCostOfMedia(call: Call, operation: MediaOperation, { price, facts }: Priced): number {
  const wish = readMediaWish(call);
  const prompt = boundPrompt(call, facts);
  const inputTokens = prompt.text + wish.bytes + prompt.image + prompt.audio + prompt.video;
  const { input, output } = priceFor(price, inputTokens);
  const media: MediaPrice = price.media ?? {};
  const { imageInput = 0, audioInput = 0, imageOutput = 0, audioOutput = 0 } = media;
  const asked = inputTokens * Math.max(input, prompt.image > 0 || wish.images > 0 ? imageInput : 0);
  const made = madeBy(operation, wish);
  const millionfold =
    asked +
    made.images * perMadeImage * Math.max(output, imageOutput) +
    made.heard * perHeardSecond * Math.max(input, audioInput) +
    made.heard * perWrittenSecond * output +
    made.characters * (media.characters ?? 0) +
    made.characters * perSpokenCharacter * Math.max(output, audioOutput);
  const units =
    (media.request ?? 0) +
    made.images * dearest(media.image, wish) +
    (made.film + made.heard) * dearest(media.second, wish) +
    made.searches * (media.search ?? 0);
  return Math.ceil(millionfold / 1_000_000 + units);
}

interface Made {
  readonly images: number;
  /** Seconds of film, and of sound that is listened to. */
  readonly film: number;
  readonly heard: number;
  readonly characters: number;
  readonly searches: number;
}

const nothing: Made = { images: 0, film: 0, heard: 0, characters: 0, searches: 0 };

function madeBy(operation: MediaOperation, wish: MediaWish): Made {
  switch (operation) {
    case 'images':
    case 'image-edits':
    case 'image-variations':
      return { ...nothing, images: wish.n };
    case 'speech':
      return { ...nothing, characters: wish.characters };
    case 'transcriptions':
    case 'translations':
      return { ...nothing, heard: wish.soundSeconds ?? Math.ceil(wish.files / audioBytesPerSecond) };
    case 'video':
      return { ...nothing, film: wish.n * (wish.seconds ?? usualFilm) };
    case 'rerank':
      return {
        ...nothing,
        searches: Math.ceil((wish.documents + wish.text / bytesPerDocument) / documentsPerSearch),
      };
    default:
      return nothing;
  }
}

/** Of what is asked for; of all grades, where the caller does not say which. */
function dearest(price: GradedPrice | undefined, { quality, size }: MediaWish): number {
  if (price === undefined) return 0;
  if (typeof price === 'number') return price;
  const isSaid = quality !== undefined || size !== undefined;
  const all = Math.max(0, ...Object.values(price));
  if (!isSaid) return all;
  // What is not said of the two may be the dearer one.
  const said = priceOfGrade(price, {
    ...(quality === undefined ? {} : { quality }),
    ...(size === undefined ? {} : { size }),
  });
  return quality === undefined || size === undefined ? dearestWith(price, [quality, size], said) : said;
}

/** Of the grades that have the word that is said, with anything else. */
function dearestWith(
  price: Readonly<Record<string, number>>,
  said: readonly unknown[],
  least: number,
): number {
  const words = said.filter((word) => typeof word === 'string').map((word) => word.toLowerCase());
  const fitting = Object.entries(price).filter(([grade]) =>
    words.every((word) => grade.toLowerCase().split(/\s+/).includes(word)),
  );
  return Math.max(least, ...fitting.map(([, amount]) => amount));
}
