import {
  anthropic,
  createGateway,
  type Gateway,
  type GatewayOptions,
  openai,
  type Principal,
} from '@vector-engine/core';
import { type Recording, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { OpenAI } from 'openai';

const json = { 'content-type': 'application/json' };

/** An answer of Claude's that says `text`. */
function byClaude(text: string): Recording {
  return {
    headers: json,
    body: JSON.stringify({
      id: 'msg_01',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-6',
      content: [
        { type: 'thinking', thinking: 'A city.', signature: 'c2lnbmVk' },
        { type: 'text', text },
      ],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 9, output_tokens: 3 },
    }),
  };
}

/** A response as OpenAI tells it, with these fields in place of its own. */
export function responseObject(id: string, text: string, more: object = {}): object {
  return {
    id,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'gpt-5.2',
    output: [
      { id: 'rs_1', type: 'reasoning', summary: [] },
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    ...more,
  };
}

export function byOpenAI(id: string, text: string, more: object = {}): Recording {
  return { headers: json, body: JSON.stringify(responseObject(id, text, more)) };
}

/** Events of a stream of OpenAI's. */
export function eventsOf(
  ...events: readonly { readonly type: string; readonly [field: string]: unknown }[]
): Recording {
  return {
    headers: { 'content-type': 'text/event-stream' },
    body: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  };
}

export interface World extends AsyncDisposable {
  readonly openai: SimulatedUpstream;
  readonly claude: SimulatedUpstream;
  readonly gateway: Gateway;
  readonly client: OpenAI;
}

type Options = Partial<
  Pick<GatewayOptions<Request>, 'clock' | 'identify' | 'layers' | 'logger' | 'memory' | 'timeouts'>
>;

/** A gateway before OpenAI and Claude, with the models `gpt`, `writer` and `both`, Claude first. Tenants say who they are in a header. */
export async function openWorld({
  says = [byOpenAI('resp_theirs', 'In France.')],
  ...options
}: Options & { readonly says?: readonly Recording[] } = {}): Promise<World> {
  const upstream = await replay(says);
  const claude = await replay(byClaude('Paris.'));
  const gateway = createGateway({
    upstreams: {
      openai: openai({ apiKey: 'k', baseURL: upstream.baseURL }),
      claude: anthropic({ apiKey: 'k', baseURL: claude.baseURL }),
    },
    models: {
      gpt: 'openai/gpt-5.2',
      writer: 'claude/claude-opus-4-6',
      both: ['claude/claude-opus-4-6', 'openai/gpt-5.2'],
    },
    retry: { rounds: 0 },
    identify,
    ...options,
  });
  return {
    openai: upstream,
    claude,
    gateway,
    client: clientOf(gateway),
    [Symbol.asyncDispose]: async () => {
      await gateway.close({ grace: 0 });
      await Promise.all([upstream[Symbol.asyncDispose](), claude[Symbol.asyncDispose]()]);
    },
  };
}

export const identify = (request: Request): Principal => ({
  tenant: request.headers.get('x-tenant') ?? undefined,
  id: request.headers.get('x-user') ?? undefined,
});

export function clientOf(gateway: Gateway, headers: Record<string, string> = { 'x-tenant': 'acme' }): OpenAI {
  return new OpenAI({
    apiKey: 'x',
    baseURL: 'http://gateway/v1',
    maxRetries: 0,
    fetch: gateway.fetch,
    defaultHeaders: headers,
  });
}
