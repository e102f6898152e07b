/** What models are for; it says how they are asked. */
export const modalities = [
  'chat',
  'completion',
  'embedding',
  'rerank',
  'moderation',
  'image',
  'speech',
  'transcription',
  'video',
  'realtime',
] as const;

export type Modality = (typeof modalities)[number];

/** One of these words, whatever stands around it but letters: `sora` in `openai/sora-2` and in `sora_v2`, not in `sorano`. */
function anyOf(words: string): RegExp {
  return new RegExp(`(?:^|[^a-z0-9])(?:${words.replaceAll(' ', '|')})(?![a-z])`, 'i');
}

/**
 * What a name says, and the first that fits holds. The vendors' lists:
 * https://platform.openai.com/docs/models, https://ai.google.dev/gemini-api/docs/models, https://docs.x.ai/docs/models,
 * https://docs.cohere.com/docs/models, https://docs.voyageai.com/docs/embeddings, https://jina.ai/models,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html, and names that aggregators use.
 */
const told: readonly (readonly [RegExp, Modality])[] = [
  [anyOf('re-?rank(?:er)? colbert'), 'rerank'],
  [anyOf('moderation'), 'moderation'],
  [anyOf('embed(?:dings?)? embedqa bge gte e5 m2-bert'), 'embedding'],
  [anyOf('realtime live native-audio nova-2-sonic nova-sonic grok-voice'), 'realtime'],
  [anyOf('tts speech orpheus playai kokoro eleven'), 'speech'],
  [
    anyOf('transcri(?:be|ption) whisper asr stt scribe parakeet voxtral-mini-(?:latest|2\\d{3})'),
    'transcription',
  ],
  [
    anyOf(
      'sora veo video cogvideox kling hailuo seedance runway vidu pika luma t2v i2v nova-reel gemini-omni',
    ),
    'video',
  ],
  [
    anyOf('images? imagen imagine dall-?e midjourney mj niji flux stable-diffusion sdxl sd3 seedream'),
    'image',
  ],
  [anyOf('ideogram recraft kolors cogview t2i nova-canvas'), 'image'],
  [/(?:^|\/)(?:babbage-002|davinci-002|gpt-3\.5-turbo-instruct)/i, 'completion'],
];

/** Of vendors whose models are for one thing, whatever they are called. */
const usual: ReadonlyMap<string, Modality> = new Map([
  ['jina', 'embedding'],
  ['midjourney', 'image'],
  ['voyage', 'embedding'],
]);

/** What a model is for, by its name there. `vendor`: the upstream's short name for it. */
export function modalityOf(vendor: string, model: string): Modality {
  const [, modality] = told.find(([pattern]) => pattern.test(model)) ?? [];
  return modality ?? usual.get(vendor) ?? 'chat';
}
