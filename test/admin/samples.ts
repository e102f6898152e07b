import { png, wav } from '../media/operations.ts';

/** What was made by earlier questions. */
export interface Made {
  readonly key: string;
  readonly call: string;
  readonly video: string;
  readonly task: string;
  /** Where its file is. */
  readonly link: string;
  readonly response: string;
  readonly background: string;
}

export interface Sample {
  readonly path: string;
  readonly body?: unknown;
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
}

const messages = [{ role: 'user', content: 'hello' }];
const ask = { model: 'gpt-4o', messages };
const said = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };
const film = { model: 'film', prompt: 'a fox in the snow', seconds: '4' };
const now = Date.now();

function formOf(file: string, bytes: Buffer, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  const [name, type] = file === 'file' ? ['fox.wav', 'audio/wav'] : ['fox.png', 'image/png'];
  form.set(file, new File([new Uint8Array(bytes)], name, { type }));
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  return form;
}

const at = (path: string, body?: unknown): Sample => (body === undefined ? { path } : { path, body });

/** What each route is asked with, once or more, so that it answers. By method and path. */
export function samplesOf(made: Made): Readonly<Record<string, readonly Sample[]>> {
  const key = `/admin/keys/${made.key}`;
  return {
    'POST /v1/chat/completions': [
      at('/v1/chat/completions', ask),
      at('/v1/chat/completions', { ...ask, stream: true }),
    ],
    'POST /v1/completions': [at('/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: 'hello' })],
    'POST /v1/embeddings': [at('/v1/embeddings', { model: 'text-embedding-3-small', input: 'fox' })],
    'POST /v1/rerank': [at('/v1/rerank', { model: 'ranker', query: 'fox', documents: ['a', 'b'] })],
    'POST /v2/rerank': [at('/v2/rerank', { model: 'ranker', query: 'fox', documents: ['a', 'b'] })],
    'POST /v1/moderations': [at('/v1/moderations', { model: 'omni-moderation-latest', input: 'fox' })],
    'POST /v1/images/generations': [at('/v1/images/generations', { model: 'dall-e-2', prompt: 'a fox' })],
    'POST /v1/images/edits': [
      { path: '/v1/images/edits', form: formOf('image', png, { model: 'dall-e-2', prompt: 'a fox' }) },
    ],
    'POST /v1/images/variations': [
      { path: '/v1/images/variations', form: formOf('image', png, { model: 'dall-e-2' }) },
    ],
    'POST /v1/audio/speech': [
      at('/v1/audio/speech', { model: 'gpt-4o-mini-tts', input: 'hello', voice: 'alloy' }),
    ],
    'POST /v1/audio/transcriptions': [
      { path: '/v1/audio/transcriptions', form: formOf('file', wav, { model: 'whisper-1' }) },
    ],
    'POST /v1/audio/translations': [
      { path: '/v1/audio/translations', form: formOf('file', wav, { model: 'whisper-1' }) },
    ],
    'POST /v1/videos': [at('/v1/videos', film)],
    'GET /v1/videos': [at('/v1/videos'), at('/v1/videos?limit=1')],
    'GET /v1/videos/{id}/content': [at(`/v1/videos/${made.video}/content`), at(made.link)],
    'POST /v1/videos/{id}/remix': [at(`/v1/videos/${made.video}/remix`, { prompt: 'at night' })],
    'GET /v1/videos/{id}': [at(`/v1/videos/${made.video}`)],
    'POST /v1/video/generations': [at('/v1/video/generations', film)],
    'GET /v1/video/generations/{id}': [at(`/v1/video/generations/${made.task}`)],
    'POST /v1/responses': [
      at('/v1/responses', { model: 'gpt-4o', input: 'hello' }),
      at('/v1/responses', { model: 'gpt-4o', input: 'hello', stream: true }),
    ],
    'POST /v1/responses/input_tokens': [
      at('/v1/responses/input_tokens', { model: 'gpt-4o', input: 'hello' }),
    ],
    'GET /v1/responses/{id}/input_items': [at(`/v1/responses/${made.response}/input_items`)],
    'POST /v1/responses/{id}/cancel': [at(`/v1/responses/${made.background}/cancel`, {})],
    'GET /v1/responses/{id}': [at(`/v1/responses/${made.response}`)],
    'POST /v1/messages': [
      at('/v1/messages', { ...ask, max_tokens: 9 }),
      at('/v1/messages', { ...ask, max_tokens: 9, stream: true }),
    ],
    'POST /v1/messages/count_tokens': [at('/v1/messages/count_tokens', ask)],
    'POST /v1beta/models/{id}:generateContent': [at('/v1beta/models/gpt-4o:generateContent', said)],
    'POST /v1beta/models/{id}:streamGenerateContent': [
      at('/v1beta/models/gpt-4o:streamGenerateContent', said),
      at('/v1beta/models/gpt-4o:streamGenerateContent?alt=sse', said),
    ],
    'POST /v1beta/models/{id}:countTokens': [at('/v1beta/models/gpt-4o:countTokens', said)],
    'GET /v1/models': [
      at('/v1/models'),
      { path: '/v1/models', headers: { 'anthropic-version': '2023-06-01' } },
    ],
    'GET /v1/models/{id}': [at('/v1/models/gpt-4o')],
    'GET /v1beta/models': [at('/v1beta/models')],
    'GET /v1beta/models/{id}': [at('/v1beta/models/gpt-4o')],
    'GET /v1/usage': [at('/v1/usage')],
    'GET /openapi.json': [at('/openapi.json')],
    'GET /metrics': [at('/metrics')],
    'GET /admin/keys': [at('/admin/keys'), at('/admin/keys?tenant=acme&limit=1')],
    'POST /admin/keys': [
      at('/admin/keys', {
        name: 'whole',
        tenant: 'acme',
        path: 'acme/research',
        roles: ['r'],
        models: ['gpt-4o'],
        operations: ['chat'],
        addresses: ['10.0.0.0/8'],
        limits: { rpm: 5, concurrency: 2 },
        budgets: [
          { limit: 5, window: 'week', startDay: 2, timeZone: 'UTC', soft: 0.5 },
          { window: 'credit' },
        ],
        regions: ['eu'],
        tags: ['t'],
        traceless: true,
        expiresAt: now + 900_000_000,
      }),
    ],
    'GET /admin/keys/{id}': [at(key)],
    'PATCH /admin/keys/{id}': [at(key, { name: 'other', models: null, limits: { rpm: 7 } })],
    'POST /admin/keys/{id}/rotate': [at(`${key}/rotate`, { grace: 1000 }), at(`${key}/rotate`, {})],
    'POST /admin/keys/{id}/disable': [at(`${key}/disable`, {})],
    'POST /admin/keys/{id}/enable': [at(`${key}/enable`, {})],
    'GET /admin/usage': [at('/admin/usage'), at('/admin/usage?group=model,day&from=2026-01-01')],
    'GET /admin/overview': [
      at('/admin/overview'),
      at(`/admin/overview?from=${now - 7_200_000}&to=${now + 3_600_000}&by=tenant&model=gpt-4o`),
      at('/admin/overview?from=2025-01-01&by=key&status=4'),
    ],
    'GET /admin/calls': [
      at('/admin/calls'),
      at('/admin/calls?limit=2&status=2'),
      at('/admin/calls?format=csv'),
      at('/admin/calls?format=jsonl'),
    ],
    'GET /admin/calls/{id}': [at(`/admin/calls/${made.call}`)],
    'GET /admin/budgets': [at('/admin/budgets'), at('/admin/budgets?under=acme')],
    'GET /admin/budgets/near': [at('/admin/budgets/near')],
    'GET /admin/budgets/{id}': [at('/admin/budgets/acme%2Fann'), at(`/admin/budgets/${made.key}?of=key`)],
    'POST /admin/budgets/{id}': [at('/admin/budgets/acme%2Fann', { dollars: 5, id: 'second' })],
    'GET /admin/upstreams': [at('/admin/upstreams')],
    'POST /admin/upstreams/{id}/open': [at('/admin/upstreams/sim/whisper-1/open', {})],
    'POST /admin/upstreams/{id}/drain': [at('/admin/upstreams/sim/whisper-1/drain', {})],
    'POST /admin/upstreams/{id}/close': [at('/admin/upstreams/sim/whisper-1/close', {})],
    'GET /admin/jobs': [at('/admin/jobs'), at('/admin/jobs?limit=1&operation=video&state=succeeded')],
    'GET /admin/jobs/{id}': [at(`/admin/jobs/${made.video}`)],
    'GET /admin/models': [at('/admin/models')],
    'POST /admin/explain': [at('/admin/explain', ask)],
    // What there is none of any more, last.
    'DELETE /admin/keys/{id}': [at(key)],
    'DELETE /v1/responses/{id}': [at(`/v1/responses/${made.response}`)],
    'DELETE /v1/videos/{id}': [at(`/v1/videos/${made.video}`)],
  };
}

/** What cannot be asked so that it is done: the vendor's simulation cannot cancel, and what it tells is signed. */
export const refused: Readonly<Record<string, readonly Sample[]>> = {
  'POST /v1/webhooks/{id}': [at('/v1/webhooks/nothing', {})],
  'POST /admin/jobs/{id}/cancel': [at('/admin/jobs/video_0/cancel', {})],
  'GET /v1/media/{id}/content': [at('/v1/media/media_1/content')],
  'POST /v1/chat/completions': [
    at('/v1/chat/completions', { model: 'nothing', messages }),
    { path: '/v1/chat/completions', body: ask, headers: { 'x-vector-priority': 'soon' } },
  ],
  'POST /v1/messages': [at('/v1/messages', { model: 'nothing', max_tokens: 1, messages })],
  'POST /v1beta/models/{id}:generateContent': [at('/v1beta/models/nothing:generateContent', said)],
  'POST /v1/responses': [at('/v1/responses', { model: 'nothing', input: 'x' })],
  'GET /admin/keys/{id}': [at('/admin/keys/key_none')],
  'POST /admin/keys': [at('/admin/keys', { name: '' })],
  'GET /admin/overview': [
    at('/admin/overview?by=nothing'),
    at('/admin/overview?from=2026-01-02&to=2026-01-01'),
  ],
  'GET /admin/jobs': [at('/admin/jobs?limit=1000')],
  'GET /admin/budgets': [at('/admin/budgets?under=a//b')],
  'POST /admin/upstreams/{id}/open': [at('/admin/upstreams/nothing/x/open', {})],
  'POST /admin/explain': [
    at('/admin/explain', { messages }),
    at('/admin/explain', { model: 'nothing', messages }),
  ],
};
