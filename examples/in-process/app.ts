import type { RequestListener, ServerResponse } from 'node:http';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createGateway, type Gateway } from '@vector-engine/core';
import { streamText } from 'ai';
import OpenAI from 'openai';
import type { ExampleUpstreams } from '../upstreams.ts';

/**
 * An app that calls models itself: the SDKs speak to the gateway in the same process, without a socket in between, and
 * have its failover, deadlines and events.
 */
export function buildApp({ upstreams, models }: ExampleUpstreams): {
  app: RequestListener;
  gateway: Gateway;
} {
  // Nobody else can reach this gateway: `open` is right here.
  const gateway = createGateway({ upstreams, models, open: true });
  const baseURL = 'http://gateway/v1';
  const client = new OpenAI({ apiKey: 'unused', baseURL, fetch: gateway.fetch });
  const provider = createOpenAICompatible({ name: 'gateway', baseURL, fetch: gateway.fetch });

  async function answer(url: URL, response: ServerResponse): Promise<void> {
    const question = url.searchParams.get('question') ?? 'What can you do?';
    if (url.pathname === '/ask') {
      const completion = await client.chat.completions.create({
        model: 'gpt-5.2',
        messages: [{ role: 'user', content: question }],
      });
      response.end(`${completion.choices[0]?.message.content ?? ''}\n`);
    } else if (url.pathname === '/stream') {
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      const result = streamText({
        model: provider('claude-opus-4-6'),
        prompt: question,
        abortSignal: gone.signal,
      });
      for await (const piece of result.textStream) response.write(piece);
      response.end('\n');
    } else {
      response.writeHead(404).end('Ask at /ask?question=… or /stream?question=…\n');
    }
  }

  const app: RequestListener = (request, response) => {
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    answer(new URL(request.url ?? '/', 'http://localhost'), response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(error instanceof Error ? error.message : 'failed');
    });
  };
  return { app, gateway };
}
