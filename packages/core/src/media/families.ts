import type {
  SpeechRequest,
  SpeechResult,
  TranscriptionRequest,
  TranscriptionResult,
} from '../protocol/audio.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../protocol/embeddings.ts';
import type { ImageRequest, ImageResult } from '../protocol/image.ts';
import type { MediaFamily } from '../protocol/media.ts';
import type { ModerationRequest, ModerationResult } from '../protocol/moderation.ts';
import type { RerankRequest, RerankResult } from '../protocol/rerank.ts';
import { embeddingsFamily } from './embeddings/family.ts';
import { imageEditsFamily, imagesFamily, imageVariationsFamily } from './images/family.ts';
import { moderationsFamily } from './moderations/family.ts';
import { rerankFamily } from './rerank/family.ts';
import { speechFamily } from './speech/family.ts';
import { transcriptionsFamily, translationsFamily } from './transcriptions/family.ts';

/** How callers ask for each kind of media, by operation. */
export const mediaFamilies: {
  readonly embeddings: MediaFamily<EmbeddingsRequest, EmbeddingsResult>;
  readonly rerank: MediaFamily<RerankRequest, RerankResult>;
  readonly moderations: MediaFamily<ModerationRequest, ModerationResult>;
  readonly images: MediaFamily<ImageRequest, ImageResult>;
  readonly 'image-edits': MediaFamily<ImageRequest, ImageResult>;
  readonly 'image-variations': MediaFamily<ImageRequest, ImageResult>;
  readonly speech: MediaFamily<SpeechRequest, SpeechResult>;
  readonly transcriptions: MediaFamily<TranscriptionRequest, TranscriptionResult>;
  readonly translations: MediaFamily<TranscriptionRequest, TranscriptionResult>;
} = {
  embeddings: embeddingsFamily,
  rerank: rerankFamily,
  moderations: moderationsFamily,
  images: imagesFamily,
  'image-edits': imageEditsFamily,
  'image-variations': imageVariationsFamily,
  speech: speechFamily,
  transcriptions: transcriptionsFamily,
  translations: translationsFamily,
};
