import { simulatedAzureOpenAI, simulatedOpenAI } from '@vector-engine/testing';
import { AzureOpenAI } from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { describe, expect, test } from 'vitest';
import { answerInText, certificate, openSdk, openTalk, refusalOf, sdkTalk, userSays } from './support.ts';

/* The simulated provider is read by OpenAI's own client, with no gateway between. */

describe('a session of OpenAI', () => {
  test('answers in text, piece by piece, and tells what was used', async () => {
    await using upstream = await simulatedOpenAI({ tls: certificate });
    const talk = openSdk(upstream.baseURL);
    const created = await talk.until('session.created');
    expect(created.session).toMatchObject({ type: 'realtime', model: 'gpt-realtime' });
    talk.client.send(userSays('hello there'));
    talk.client.send(answerInText);
    const { response } = await talk.until('response.done');
    const deltas = talk.events.flatMap((event) =>
      event.type === 'response.output_text.delta' ? [event.delta] : [],
    );
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.join('')).toBe('You said: hello there');
    expect(response).toMatchObject({
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'You said: hello there' }] }],
    });
    const { usage } = response;
    expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
    expect(usage?.output_tokens).toBeGreaterThan(0);
    const { code, reason } = await talk.close();
    expect([code, reason]).toEqual([1000, 'OK']);
  });

  test('hears sound, and answers with sound and its transcript', async () => {
    await using upstream = await simulatedOpenAI({ tls: certificate });
    const talk = openSdk(upstream.baseURL);
    await talk.until('session.created');
    const audio = Buffer.alloc(48_000).toString('base64');
    talk.client.send({ type: 'input_audio_buffer.append', audio });
    talk.client.send({ type: 'input_audio_buffer.commit' });
    talk.client.send({ type: 'response.create' });
    const { response } = await talk.until('response.done');
    const said = talk.events.flatMap((event) =>
      event.type === 'response.output_audio_transcript.delta' ? [event.delta] : [],
    );
    expect(said.join('')).toBe('You said: 1.0 seconds of sound');
    const sound = talk.events.find((event) => event.type === 'response.output_audio.delta');
    expect(Buffer.from(sound?.delta ?? '', 'base64').length).toBeGreaterThan(1000);
    expect(response.usage?.output_token_details?.audio_tokens).toBeGreaterThan(0);
    await talk.close();
  });

  test('calls a tool, and goes on with its result', async () => {
    await using upstream = await simulatedOpenAI({ tls: certificate });
    const talk = openSdk(upstream.baseURL);
    await talk.until('session.created');
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const tools = [{ type: 'function' as const, name: 'weather', parameters }];
    talk.client.send({ type: 'session.update', session: { type: 'realtime', tools } });
    await talk.until('session.updated');
    talk.client.send(userSays('how is it?'));
    talk.client.send(answerInText);
    const call = await talk.until('response.function_call_arguments.done');
    expect(JSON.parse(call.arguments)).toEqual({ city: 'city' });
    const output = { type: 'function_call_output' as const, call_id: call.call_id, output: 'sunny' };
    talk.client.send({ type: 'conversation.item.create', item: output });
    talk.client.send(answerInText);
    const { text: said } = await talk.until('response.output_text.done');
    expect(said).toBe('The tool answered: sunny');
    await talk.close();
  });

  test('tells what is wrong with an event, and goes on', async () => {
    await using upstream = await simulatedOpenAI({ tls: certificate });
    const talk = openSdk(upstream.baseURL);
    await talk.until('session.created');
    talk.client.send({ type: 'input_audio_buffer.commit', event_id: 'mine' });
    const { error } = await talk.until('error');
    expect(error).toMatchObject({ code: 'input_audio_buffer_commit_empty', event_id: 'mine' });
    talk.client.send({ type: 'input_audio_buffer.clear' });
    await talk.until('input_audio_buffer.cleared');
    await talk.close();
  });
});

describe('the way in', () => {
  test('is by a key in the header, or in a protocol as browsers offer it', async () => {
    await using upstream = await simulatedOpenAI({ apiKeys: ['k'] });
    const url = `ws://127.0.0.1:${upstream.port}/v1/realtime?model=gpt-realtime`;
    const strange = await refusalOf(url);
    expect([strange.status, JSON.parse(strange.body).error.type]).toEqual([401, 'invalid_request_error']);
    const talk = await openTalk(url, { protocols: ['realtime', 'openai-insecure-api-key.k'] });
    expect(talk.socket.protocol).toBe('realtime');
    expect(await talk.until(() => true)).toContain('session.created');
    talk.socket.close();
    await talk.closed;
  });

  test('is shut for a model that is not there, and where a fault says so', async () => {
    await using upstream = await simulatedOpenAI();
    const url = `ws://127.0.0.1:${upstream.port}/v1/realtime?model=`;
    const unknown = await refusalOf(`${url}gpt-none`);
    expect([unknown.status, JSON.parse(unknown.body).error.code]).toEqual([404, 'model_not_found']);
    upstream.fail({ type: 'status', status: 429 }, { times: 1 });
    const limited = await refusalOf(`${url}gpt-realtime`);
    expect([limited.status, limited.headers['retry-after-ms']]).toEqual([429, '644']);
    const talk = await openTalk(`${url}gpt-realtime`);
    expect(upstream.requests.map(({ status }) => status)).toEqual([404, 429, 101]);
    talk.socket.close();
    await talk.closed;
  });
});

test("Azure's two addresses, and its client's keys", async () => {
  await using upstream = await simulatedAzureOpenAI({
    tls: certificate,
    deployments: { voice: 'gpt-realtime' },
    apiKeys: ['k'],
  });
  const client = new AzureOpenAI({
    endpoint: upstream.origin,
    apiKey: 'k',
    apiVersion: '2025-04-01-preview',
  });
  const options = { ca: certificate.cert };
  const talk = sdkTalk(await OpenAIRealtimeWS.azure(client, { deploymentName: 'voice', options }));
  expect((await talk.until('session.created')).session).toMatchObject({ type: 'realtime' });
  await talk.close();
  const older = `wss://127.0.0.1:${upstream.port}/openai/realtime?api-version=2025-04-01-preview&deployment=voice`;
  const bare = await openTalk(older, { ...options, headers: { 'api-key': 'k' } });
  expect(await bare.until(() => true)).toContain('session.created');
  bare.socket.close();
  await bare.closed;
});
