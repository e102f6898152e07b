import { createGateway, type EndEvent, type Gateway, type GatewayOptions } from '@vector-engine/core';
import type { AnswerScript, RecordedRequest, ScriptedReply, SimulatedUpstream } from '@vector-engine/testing';
import { type UpstreamKind, upstreamKinds } from '../clients/matrix/upstreams.ts';

/** Placeholders, and what only looks alike to nobody. */
const marks = /\[[A-Z][A-Z0-9_]*_[A-Z]*\d+\]/g;

/** Texts that stand for others in what an upstream was told, each once. */
export function marksIn(request: RecordedRequest | undefined): string[] {
  return [...new Set(request?.rawBody.toString('utf8').match(marks))];
}

/** A model that says again what it was told in place of names, in pieces of so many characters, and calls a tool with it. */
export function repeats(size: number): AnswerScript {
  return (request): ScriptedReply => {
    const found = marksIn(request);
    const text = `Write to ${found.join(' and ')}!`;
    const pieces = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
    return {
      content: pieces,
      ...(found.length === 0
        ? {}
        : { toolCalls: [{ name: 'note', arguments: { to: found[0], all: found } }] }),
    };
  };
}

export interface Company extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly upstream: SimulatedUpstream;
  readonly ends: EndEvent[];
  readonly ask: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;
}

type Given = Partial<Omit<GatewayOptions, 'admin' | 'identify' | 'keys' | 'models' | 'open' | 'upstreams'>>;

/** A gateway before one simulated vendor, whose model is called `made`. */
export async function openCompany(
  kind: UpstreamKind,
  answer: AnswerScript,
  options: Given,
): Promise<Company> {
  const upstream = await kind.start({ answer });
  const given: unknown = {
    open: true,
    upstreams: { vendor: kind.connect(upstream) },
    models: { made: `vendor/${kind.nativeModel}` },
    random: () => 0,
    ...options,
  };
  // Which options there are is checked by the type of `options`.
  const gateway: Gateway = createGateway(given as GatewayOptions);
  const ends: EndEvent[] = [];
  gateway.on('end', (event) => ends.push(event));
  return {
    gateway,
    upstream,
    ends,
    ask: (path, body, headers = {}) =>
      gateway.fetch(`http://gateway${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await upstream.close();
    },
  };
}

export function kindOf(name: string): UpstreamKind {
  const kind = upstreamKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no simulated ${name}`);
  return kind;
}

export { upstreamKinds } from '../clients/matrix/upstreams.ts';
