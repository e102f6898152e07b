import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import { type Door, doorNames, openDoor } from './doors.ts';

/** A Next.js route as its documentation has it: asks through the SDK and hands the stream on to the browser. */
function routeOf({ client }: Door): (request: Request) => Promise<Response> {
  return async (request) => {
    const { messages } = (await request.json()) as { messages: ChatCompletionMessageParam[] };
    const completion = await client.chat.completions.create({ model: 'gpt-5.2-pro', messages, stream: true });
    return new Response(completion.toReadableStream(), {
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  };
}

function fromBrowser(): Request {
  const messages = [{ role: 'user', content: 'hello' }];
  return new Request('http://app.example/api/chat', { method: 'POST', body: JSON.stringify({ messages }) });
}

function bodyOf(response: Response): NonNullable<Response['body']> {
  if (response.body === null) throw new Error('the answer has no body');
  return response.body;
}

describe.each(doorNames)('a Next.js-style route through %s', (name) => {
  test('returns toReadableStream(), and the browser puts the message together', async () => {
    await using door = await openDoor(name);
    const response = await routeOf(door)(fromBrowser());
    const stream = ChatCompletionStream.fromReadableStream(bodyOf(response));
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    expect(await stream.finalContent()).toBe('You said: hello');
    expect(deltas.length).toBeGreaterThan(1);
  });

  test('returns the stream of stream() as well', async () => {
    await using door = await openDoor(name);
    const runner = door.client.chat.completions.stream({
      model: 'gpt-5.2-pro',
      messages: [{ role: 'user', content: 'hello' }],
    });
    const stream = ChatCompletionStream.fromReadableStream(runner.toReadableStream());
    expect(await stream.finalContent()).toBe('You said: hello');
  });

  test('a browser that leaves frees the upstream', async () => {
    await using door = await openDoor(name);
    door.upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const response = await routeOf(door)(fromBrowser());
    const reader = bodyOf(response).getReader();
    expect((await reader.read()).done).toBe(false);
    await reader.cancel();
    await door.upstream.requests[0]?.closed;
    expect(door.upstream.requests[0]?.aborted).toBe(true);
  });
});
