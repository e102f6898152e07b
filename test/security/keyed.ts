import { createGateway, type Gateway, type GatewayOptions, type ShownKey } from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { optionsFor } from '../hosts/stack.ts';

export const secret = 'a secret of 32 characters or more';

/** A gateway with virtual keys, and an operator who has one. */
export interface Keyed extends AsyncDisposable {
  readonly upstream: SimulatedUpstream;
  readonly gateway: Gateway;
  /** Of somebody who may use what is below `/admin`. */
  readonly boss: ShownKey;
  /** Of somebody who may not. */
  readonly user: ShownKey;
}

type Own = Partial<Pick<GatewayOptions, 'identify' | 'admin' | 'clock' | 'ledger' | 'logger' | 'native'>>;

export async function startKeyed(own: Own = {}): Promise<Keyed> {
  const upstream = await simulatedOpenAI();
  const options: GatewayOptions = {
    ...optionsFor(upstream),
    keys: true,
    secret,
    admin: ({ roles = [] }) => roles.includes('admin'),
    ...own,
  };
  const gateway = createGateway(options);
  const boss = await gateway.keys.create({ name: 'boss', roles: ['admin'] });
  const user = await gateway.keys.create({ name: 'user', tenant: 'acme' });
  return {
    upstream,
    gateway,
    boss,
    user,
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await upstream.close();
    },
  };
}

/** What is read of an answer; of one that has no JSON, nothing is there. */
interface Told {
  readonly key: string;
  readonly record: { readonly id: string };
  readonly error: { readonly code: string; readonly message: string; readonly param: string | null };
  readonly disabledAt?: number;
  readonly limits?: object;
}

/** Asks with a key; a body is sent as JSON. */
export async function askWith(
  { gateway }: Pick<Keyed, 'gateway'>,
  key: string | undefined,
  [method, path, body]: readonly [method: string, path: string, body?: unknown],
): Promise<{
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Told;
}> {
  const response = await gateway.fetch(`http://gateway${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(method === 'POST' || method === 'PATCH' ? { 'content-type': 'application/json' } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type') === 'application/json';
  const json = JSON.parse(isJson ? text : '{}') as Told;
  return { status: response.status, headers: response.headers, text, json };
}
