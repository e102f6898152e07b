import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { SimulatedUpstream } from '@vector-engine/testing';

/** Everything that says how long an answer may be. */
const maxima = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxOutputTokens', 'maxTokens'];

/** An upstream that does not keep to the longest answer: what stands in front of it takes that out. */
export async function heedless(behind: SimulatedUpstream): Promise<SimulatedUpstream> {
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const said = JSON.parse(await text(request), (name, value: unknown) =>
        maxima.includes(name) ? 32_000 : value,
      ) as unknown;
      const { 'content-length': _, host: __, connection: ___, ...headers } = request.headers;
      const answer = await fetch(behind.origin + request.url, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: JSON.stringify(said),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      for await (const chunk of answer.body ?? [])
        for (let from = 0; from < chunk.length; from += 4096) {
          response.write(chunk.subarray(from, from + 4096));
          // As a model writes: one piece after the other.
          await new Promise((resolve) => setTimeout(resolve, 1));
          if (response.destroyed) return;
        }
      response.end();
    };
    pass().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  const baseURL = behind.baseURL.replace(behind.origin, origin);
  return new Proxy(behind, {
    get: (target, name) =>
      name === 'origin'
        ? origin
        : name === 'baseURL'
          ? baseURL
          : name === Symbol.asyncDispose || name === 'close'
            ? close
            : Reflect.get(target, name),
  });
}
