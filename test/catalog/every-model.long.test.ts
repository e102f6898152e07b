import { createGateway, type Gateway, type Model } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { wav } from '../media/operations.ts';
import { runMany } from '../reliability/support.ts';
import { fastClock } from '../video/fast-clock.ts';
import { simulateEverywhere } from './simulated-everywhere.ts';

type Question = readonly [path: string, body: object | FormData];

const text = 'a fox in the snow';

function formOf(model: string): FormData {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(wav)], 'fox.wav', { type: 'audio/wav' }));
  form.set('model', model);
  return form;
}

/** What a model of its kind is asked; undefined for one that is talked to over a WebSocket. */
const questions: Readonly<Record<Model['modality'], ((model: string) => Question) | undefined>> = {
  chat: (model) => ['/v1/chat/completions', { model, messages: [{ role: 'user', content: text }] }],
  completion: (model) => ['/v1/completions', { model, prompt: text }],
  embedding: (model) => ['/v1/embeddings', { model, input: text }],
  rerank: (model) => ['/v1/rerank', { model, query: text, documents: [text, 'a dog'] }],
  moderation: (model) => ['/v1/moderations', { model, input: text }],
  image: (model) => ['/v1/images/generations', { model, prompt: text }],
  speech: (model) => ['/v1/audio/speech', { model, input: text, voice: 'alloy', response_format: 'wav' }],
  transcription: (model) => ['/v1/audio/transcriptions', formOf(model)],
  video: (model) => ['/v1/videos', { model, prompt: text }],
  realtime: undefined,
};

async function ask(gateway: Gateway, [path, body]: Question): Promise<Response> {
  const answer = await gateway.fetch(
    `http://gateway${path}`,
    body instanceof FormData
      ? { method: 'POST', body }
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
  );
  return new Response(await answer.arrayBuffer(), answer);
}

test('every model of the list answers, each to what it is for', async () => {
  await using everywhere = await simulateEverywhere();
  await using gateway = createGateway({ open: true, upstreams: everywhere.upstreams, clock: fastClock() });
  const models: readonly Model[] = gateway.models();
  expect(models.length).toBeGreaterThan(500);
  const failed: unknown[] = [];
  await runMany(models.length, 16, async (index) => {
    const model = models[index];
    const question = model && questions[model.modality];
    if (model === undefined || question === undefined) return;
    const answer = await ask(gateway, question(model.id));
    // By the first who is asked.
    if (answer.status === 200 && (answer.headers.get('x-vector-attempts') ?? '1') === '1') return;
    const { id, modality, targets } = model;
    failed.push({
      id,
      modality,
      upstream: targets[0]?.upstream,
      status: answer.status,
      told: await answer.text(),
    });
  });
  expect(failed).toEqual([]);
});
