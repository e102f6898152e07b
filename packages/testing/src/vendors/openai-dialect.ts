import { hexOf, wordOf } from '../wire/hash-text.ts';
import type { Dialect, HeaderFacts, TokenCounts } from './dialect.ts';
import { answerEmbeddings } from './media/answer-embeddings.ts';
import { answerImageEdits, answerImages, answerImageVariations } from './media/answer-images.ts';
import { answerModerations } from './media/answer-moderations.ts';
import { answerSpeech } from './media/answer-speech.ts';
import { answerTranscriptions, answerTranslations } from './media/answer-transcriptions.ts';
import { wordOpenAIError } from './openai-errors.ts';
import { streamErrorOf } from './stream-error-of.ts';

/** Aliases that OpenAI answers with the name of a dated snapshot. */
const snapshots: Readonly<Record<string, string>> = {
  'gpt-3.5-turbo': 'gpt-3.5-turbo-0125',
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-4.1-nano': 'gpt-4.1-nano-2025-04-14',
  'gpt-5-nano': 'gpt-5-nano-2025-08-07',
  'gpt-5.2': 'gpt-5.2-2025-12-11',
  'gpt-5.2-pro': 'gpt-5.2-pro-2025-12-11',
  'gpt-3.5-turbo-instruct': 'gpt-3.5-turbo-instruct:20230824-v2',
};

/** OpenAI itself, after recordings of 2024 to 2026. The others are described by their differences from it. */
export const openAIDialect: Dialect = {
  name: 'openai',
  basePaths: ['/v1'],
  hasResponses: true,
  media: {
    embeddings: answerEmbeddings,
    moderations: answerModerations,
    images: answerImages,
    'image-edits': answerImageEdits,
    'image-variations': answerImageVariations,
    speech: answerSpeech,
    transcriptions: answerTranscriptions,
    translations: answerTranslations,
  },
  models: [
    ...Object.keys(snapshots),
    'gpt-5',
    'gpt-5.2-preview',
    'gpt-5.3-codex',
    'gpt-realtime',
    'o4-mini',
    'text-embedding-3-small',
    'text-embedding-3-large',
    'text-embedding-ada-002',
    'omni-moderation-latest',
    'gpt-image-1',
    'gpt-image-1-mini',
    'gpt-image-1.5',
    'gpt-image-2',
    'dall-e-2',
    'dall-e-3',
    'tts-1',
    'tts-1-hd',
    'gpt-4o-mini-tts',
    'whisper-1',
    'gpt-4o-transcribe',
    'gpt-4o-mini-transcribe',
    'gpt-4o-transcribe-diarize',
    'sora-2',
    'sora-2-pro',
  ],
  reasoningField: undefined,
  reasoningModels: /^(o\d|gpt-5(?![.\d]))/,
  stream: {
    usage: 'own-chunk',
    usageUnasked: false,
    nullUsage: true,
    finishWithLast: false,
    wholeToolCalls: false,
    obfuscation: true,
    comments: [],
    done: 'data: [DONE]\n\n',
    firstDelta: (begins) => ({
      role: 'assistant',
      content: begins === 'text' ? '' : null,
      refusal: null,
    }),
    delta: (delta) => delta,
    choice: (choice) => choice,
    chunk: (chunk) => chunk,
    preamble: () => [],
  },
  nameAnswer: (model) => snapshots[model] ?? model,
  makeId: (seed) => `chatcmpl-${wordOf(seed, 29)}`,
  makeToolCallId: (seed) => `call_${wordOf(seed, 24)}`,
  fingerprint: (model) => `fp_${hexOf(model, 10)}`,
  usage: countUsage,
  message: (message) => message,
  whole: (answer) => answer,
  readKey: (headers) => /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1],
  headers: openAIHeaders,
  wordError: wordOpenAIError,
  streamError: streamErrorOf(wordOpenAIError),
};

function countUsage(tokens: TokenCounts): Record<string, unknown> {
  return {
    prompt_tokens: tokens.prompt,
    completion_tokens: tokens.completion,
    total_tokens: tokens.prompt + tokens.completion,
    prompt_tokens_details: { cached_tokens: tokens.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: tokens.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** What api.openai.com sends with every answer, its cookie included: none of it may cross a gateway unseen. */
function openAIHeaders({ seed, count, model, operation }: HeaderFacts): Record<string, string> {
  return {
    'x-request-id': `req_${hexOf(seed, 32)}`,
    ...(operation === 'embeddings' && model !== undefined ? { 'openai-model': model } : {}),
    'openai-organization': 'org-simulated',
    'openai-project': 'proj_simulated',
    'openai-processing-ms': '12',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-limit-tokens': '30000000',
    'x-ratelimit-remaining-requests': String(Math.max(0, 10_000 - count)),
    'x-ratelimit-remaining-tokens': '29999945',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '0s',
    'set-cookie': `__cf_bm=${wordOf(seed, 32)}; path=/; domain=.api.openai.com; HttpOnly; Secure; SameSite=None`,
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'x-content-type-options': 'nosniff',
    'cf-cache-status': 'DYNAMIC',
    'cf-ray': `${hexOf(`${seed} ray`, 16)}-FRA`,
    'alt-svc': 'h3=":443"; ma=86400',
    server: 'cloudflare',
  };
}
