import { describe, expect, it, test } from 'vitest';
import { anthropicModels } from './anthropic-models.ts';
import { bedrockModels } from './bedrock-models.ts';
import { cohereModels } from './cohere-models.ts';
import { jinaModels } from './jina-models.ts';
import { midjourneyModels } from './midjourney-models.ts';
import { type Modality, modalities, modalityOf } from './modality.ts';
import { openRouterModels } from './openrouter-models.ts';
import { voyageModels } from './voyage-models.ts';

describe('what a model is for, by its name', () => {
  test.each<[modality: Modality, models: string]>([
    [
      'chat',
      'gpt-5.2 gpt-5.2-preview gpt-5.3-codex gpt-audio gpt-4o-audio-preview claude-3-opus gemini-3.0-pro kimi-k2.5',
    ],
    [
      'chat',
      'qwen3-vl-plus qwen3-omni-flash mistral.voxtral-mini-3b-2507 meta-llama/llama-guard-4-12b sonar-pro o3',
    ],
    ['completion', 'gpt-3.5-turbo-instruct davinci-002 openai/gpt-3.5-turbo-instruct'],
    [
      'embedding',
      'text-embedding-3-large gemini-embedding-001 mistral-embed codestral-embed embed-v4.0 BAAI/bge-m3',
    ],
    [
      'embedding',
      'amazon.titan-embed-text-v2:0 intfloat/multilingual-e5-large-instruct Qwen/Qwen3-Embedding-8B',
    ],
    ['rerank', 'rerank-v4.0-pro rerank-2.5-lite jina-reranker-v3 BAAI/bge-reranker-v2-m3 jina-colbert-v2'],
    ['moderation', 'omni-moderation-latest text-moderation-stable mistral-moderation-latest'],
    [
      'image',
      'gpt-image-2.6-flare chatgpt-image-latest dall-e-3 gemini-3.1-flash-image gemini-2.5-flash-image-preview',
    ],
    [
      'image',
      'imagen-4.0-generate-001 grok-imagine-image midjourney-v6 midjourney-v7 mj_imagine niji-v6 FLUX.1-schnell',
    ],
    ['image', 'black-forest-labs/FLUX.2-pro wan2.5-t2i-preview stability.sd3-large-v1:0 qwen-image-edit'],
    [
      'speech',
      'tts-1 tts-1-hd gpt-4o-mini-tts gemini-2.5-flash-preview-tts speech-2.6-hd eleven_multilingual_v2',
    ],
    ['speech', 'canopylabs/orpheus-v1-english voxtral-mini-tts-2603'],
    [
      'transcription',
      'whisper-1 whisper-large-v3-turbo gpt-4o-transcribe-diarize voxtral-mini-latest voxtral-mini-2602 scribe_v2',
    ],
    ['video', 'sora-2 sora-2-turbo sora-2.0-turbo sora-2-pro sora-v2 sora_video2 veo-3-video veo3.1-fast'],
    [
      'video',
      'veo-3.1-generate-preview grok-imagine-video grok-imagine-video-1.5 openai/sora-2 wan2.5-t2v-preview kling-v2',
    ],
    ['video', 'doubao-seedance-2-0-260128 MiniMax-Hailuo-02 cogvideox-3 amazon.nova-reel-v1:1 I2V-01'],
    [
      'realtime',
      'gpt-realtime-2.1-mini gpt-4o-realtime-preview gemini-3.8-live gemini-2.5-flash-native-audio-preview-12-2025',
    ],
  ])('%s: %s', (modality, models) => {
    expect(models.split(' ').map((model) => [model, modalityOf('any', model)])).toEqual(
      models.split(' ').map((model) => [model, modality]),
    );
  });

  it('is what the vendor deals in, where the name says nothing', () => {
    expect(modalityOf('voyage', 'voyage-4')).toBe('embedding');
    expect(modalityOf('voyage', 'rerank-3')).toBe('rerank');
    expect(modalityOf('jina', 'jina-clip-v2')).toBe('embedding');
    expect(modalityOf('midjourney', 'v7')).toBe('image');
  });

  it('is not taken from a part of a word', () => {
    for (const model of [
      'sorano',
      'oversora-1',
      'tulive-chat',
      'gpt-imagery',
      'clarified-asra',
      'fluxion-7b',
    ])
      expect(modalityOf('any', model)).toBe('chat');
  });

  it('is found in no time, however long the name', () => {
    const name = 'embed-'.repeat(20_000).replaceAll('embed', 'embedx');
    const before = performance.now();
    expect(modalityOf('any', name)).toBe('chat');
    expect(performance.now() - before).toBeLessThan(200);
  });

  it.each([
    ['anthropic', anthropicModels, ['chat']],
    ['bedrock', bedrockModels, ['chat']],
    ['openrouter', openRouterModels, ['chat']],
    ['cohere', cohereModels, ['embedding', 'rerank']],
    ['voyage', voyageModels, ['embedding', 'rerank']],
    ['jina', jinaModels, ['embedding', 'rerank']],
    ['midjourney', midjourneyModels, ['image']],
  ] as const)('%s deals in %j', (vendor, models, expected) => {
    expect([...new Set(models.map((model) => modalityOf(vendor, model)))].toSorted()).toEqual([...expected]);
  });

  it('is one of ten', () => {
    expect(new Set(modalities).size).toBe(10);
  });
});
