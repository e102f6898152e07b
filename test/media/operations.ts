import { makeWav } from '../../packages/testing/src/media-files/make-wav.ts';
import type { VendorName } from './vendors.ts';

/** A pixel. */
export const png: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
export const wav: Buffer = makeWav({ seconds: 0.25 });

/** One way to ask for media, and who serves it. */
export interface MediaCase {
  readonly name: string;
  readonly path: string;
  readonly vendor: VendorName;
  readonly model: string;
  /** The model's name is for the caller to choose. */
  readonly body: (model: string) => Record<string, unknown> | FormData;
}

function formOf(file: string, bytes: Buffer, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  const [name, type] = file === 'file' ? ['fox.wav', 'audio/wav'] : ['fox.png', 'image/png'];
  form.set(file, new File([new Uint8Array(bytes)], name, { type }));
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  return form;
}

const prompt = 'a fox in the snow';

/** Every kind of media that is answered at once, asked of who takes what comes as it is, and of who takes it in other words. */
export const mediaCases: readonly MediaCase[] = [
  ...both('embeddings', '/v1/embeddings', (model) => ({ model, input: prompt }), [
    ['openai', 'text-embedding-3-small'],
    ['cohere', 'embed-v4.0'],
  ]),
  ...both('rerank', '/v1/rerank', (model) => ({ model, query: 'fox', documents: [prompt, 'a dog'] }), [
    ['vllm', 'BAAI/bge-reranker-v2-m3'],
    ['voyage', 'rerank-2.5'],
  ]),
  ...both('moderations', '/v1/moderations', (model) => ({ model, input: prompt }), [
    ['openai', 'omni-moderation-latest'],
    ['mistral', 'mistral-moderation-latest'],
  ]),
  ...both('images', '/v1/images/generations', (model) => ({ model, prompt }), [
    ['openai', 'dall-e-2'],
    ['xai', 'grok-imagine-image'],
  ]),
  ...both('image edits', '/v1/images/edits', (model) => formOf('image', png, { model, prompt }), [
    ['openai', 'dall-e-2'],
    ['vertex', 'gemini-2.5-flash-image'],
  ]),
  ...both(
    'speech',
    '/v1/audio/speech',
    (model) => ({ model, input: prompt, voice: 'alloy', response_format: 'wav' }),
    [
      ['openai', 'gpt-4o-mini-tts'],
      ['gemini', 'gemini-2.5-flash-preview-tts'],
    ],
  ),
  ...both('transcriptions', '/v1/audio/transcriptions', (model) => formOf('file', wav, { model }), [
    ['openai', 'whisper-1'],
    ['gemini', 'gemini-2.5-flash'],
  ]),
  ...both('translations', '/v1/audio/translations', (model) => formOf('file', wav, { model }), [
    ['openai', 'whisper-1'],
    ['vertex', 'gemini-2.5-flash'],
  ]),
];

function both(
  name: string,
  path: string,
  body: MediaCase['body'],
  served: readonly (readonly [VendorName, string])[],
): readonly MediaCase[] {
  return served.map(([vendor, model]) => ({ name, path, body, vendor, model }));
}

/** As `fetch` takes it. */
export function requestOf({ body }: MediaCase, model = 'made'): RequestInit {
  const given = body(model);
  return given instanceof FormData
    ? { method: 'POST', body: given }
    : { method: 'POST', body: JSON.stringify(given), headers: { 'content-type': 'application/json' } };
}
