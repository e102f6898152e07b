import type { Gateway } from '@vector-engine/core';
import OpenAI from 'openai';

/** A Next.js route handler. */
export type RouteHandler = (request: Request) => Promise<Response>;

/**
 * `app/api/ai/v1/[...path]/route.ts`: the whole API, for any OpenAI client. There it is two lines:
 *
 *     export const GET = gateway.fetch;
 *     export const POST = gateway.fetch;
 */
export function apiRoute(gateway: Gateway): { GET: RouteHandler; POST: RouteHandler } {
  return { GET: (request) => gateway.fetch(request), POST: (request) => gateway.fetch(request) };
}

/** `app/api/chat/route.ts`: a route of your own that asks a model in process and streams the answer to the browser. */
export function chatRoute(gateway: Gateway): { POST: RouteHandler } {
  const client = new OpenAI({ apiKey: 'team-token', baseURL: 'http://gateway/v1', fetch: gateway.fetch });
  return {
    POST: async (request) => {
      const prompt = await readPrompt(request);
      const completion = await client.chat.completions.create(
        { model: 'gpt-5.2', stream: true, messages: [{ role: 'user', content: prompt }] },
        { signal: request.signal },
      );
      return new Response(completion.toReadableStream(), { headers: { 'content-type': 'text/plain' } });
    },
  };
}

async function readPrompt(request: Request): Promise<string> {
  const body: unknown = await request.json();
  return typeof body === 'object' && body !== null && 'prompt' in body ? String(body.prompt) : '';
}
