import type {
  SpeechRequest,
  SpeechResult,
  TranscriptionRequest,
  TranscriptionResult,
} from '../protocol/audio.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../protocol/embeddings.ts';
import type { ImageRequest, ImageResult } from '../protocol/image.ts';
import type { MediaFormat } from '../protocol/media.ts';
import type { ModerationRequest, ModerationResult } from '../protocol/moderation.ts';
import type { RerankRequest, RerankResult } from '../protocol/rerank.ts';
import { cohereEmbeddings } from './embeddings/formats/cohere.ts';
import { geminiEmbeddings } from './embeddings/formats/gemini.ts';
import { jinaEmbeddings } from './embeddings/formats/jina.ts';
import { mistralEmbeddings } from './embeddings/formats/mistral.ts';
import { openaiEmbeddings } from './embeddings/formats/openai.ts';
import { vertexEmbeddings } from './embeddings/formats/vertex.ts';
import { voyageEmbeddings } from './embeddings/formats/voyage.ts';
import { geminiImages, vertexImages } from './images/formats/gemini.ts';
import { imagenImages } from './images/formats/imagen.ts';
import { openaiImages } from './images/formats/openai.ts';
import { compatibleImages, siliconFlowImages, togetherImages } from './images/formats/openai-compatible.ts';
import { xaiImages } from './images/formats/xai.ts';
import { mistralModerations } from './moderations/formats/mistral.ts';
import { openaiModerations } from './moderations/formats/openai.ts';
import { cohereRerank } from './rerank/formats/cohere.ts';
import { jinaRerank } from './rerank/formats/jina.ts';
import { teiRerank } from './rerank/formats/tei.ts';
import { voyageRerank } from './rerank/formats/voyage.ts';
import { geminiSpeech } from './speech/formats/gemini.ts';
import { openaiSpeech } from './speech/formats/openai.ts';
import { geminiTranscriptions } from './transcriptions/formats/gemini.ts';
import { mistralTranscriptions } from './transcriptions/formats/mistral.ts';
import { openaiTranscriptions } from './transcriptions/formats/openai.ts';

type Formats<Name extends string, Request, Result> = Readonly<Record<Name, MediaFormat<Request, Result>>>;

type EmbeddingsName = 'cohere' | 'gemini' | 'jina' | 'mistral' | 'openai' | 'vertex' | 'voyage';
type ImageName =
  | 'gemini'
  | 'imagen'
  | 'openai'
  | 'openai-compatible'
  | 'siliconflow'
  | 'together'
  | 'vertex'
  | 'xai';

const images: Formats<ImageName, ImageRequest, ImageResult> = {
  gemini: geminiImages,
  imagen: imagenImages,
  openai: openaiImages,
  'openai-compatible': compatibleImages,
  siliconflow: siliconFlowImages,
  together: togetherImages,
  vertex: vertexImages,
  xai: xaiImages,
};

/**
 * How each vendor is asked for each kind of media, by operation and by the name that upstreams have for the format. A vendor
 * that is not there does not make it.
 */
export const mediaFormats: {
  readonly embeddings: Formats<EmbeddingsName, EmbeddingsRequest, EmbeddingsResult>;
  readonly rerank: Formats<'cohere' | 'jina' | 'tei' | 'voyage', RerankRequest, RerankResult>;
  readonly moderations: Formats<'mistral' | 'openai', ModerationRequest, ModerationResult>;
  readonly images: typeof images;
  readonly 'image-edits': typeof images;
  readonly 'image-variations': Formats<'openai' | 'openai-compatible', ImageRequest, ImageResult>;
  readonly speech: Formats<'gemini' | 'openai', SpeechRequest, SpeechResult>;
  readonly transcriptions: Formats<
    'gemini' | 'mistral' | 'openai',
    TranscriptionRequest,
    TranscriptionResult
  >;
  readonly translations: Formats<'gemini' | 'openai', TranscriptionRequest, TranscriptionResult>;
} = {
  embeddings: {
    cohere: cohereEmbeddings,
    gemini: geminiEmbeddings,
    jina: jinaEmbeddings,
    mistral: mistralEmbeddings,
    openai: openaiEmbeddings,
    vertex: vertexEmbeddings,
    voyage: voyageEmbeddings,
  },
  rerank: { cohere: cohereRerank, jina: jinaRerank, tei: teiRerank, voyage: voyageRerank },
  moderations: { mistral: mistralModerations, openai: openaiModerations },
  images,
  'image-edits': images,
  'image-variations': { openai: openaiImages, 'openai-compatible': compatibleImages },
  speech: { gemini: geminiSpeech, openai: openaiSpeech },
  transcriptions: {
    gemini: geminiTranscriptions,
    mistral: mistralTranscriptions,
    openai: openaiTranscriptions,
  },
  translations: { gemini: geminiTranscriptions, openai: openaiTranscriptions },
};
