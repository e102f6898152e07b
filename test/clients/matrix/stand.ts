import type { IncomingMessage } from 'node:http';
import { createGateway, toNodeListener } from '@vector-engine/core';
import type { AnswerScript, ScriptedReply, SimulatedUpstream } from '@vector-engine/testing';
import { serve } from '../../hosts/serve.ts';
import type { UpstreamKind } from './upstreams.ts';

/** Where a client asks. */
export interface Host {
  /** Scheme, host and port of the gateway, which is mounted at the root. */
  readonly origin: string;
  /** The only key that it lets in, wherever a client puts it. */
  readonly key: string;
}

/** A gateway in front of one upstream, for the time of one test. */
export interface Stand extends Host, AsyncDisposable {
  readonly model: string;
  readonly kind: UpstreamKind;
  readonly upstream: SimulatedUpstream;
}

/** A gateway in front of several. */
export interface Row extends Host, AsyncDisposable {
  readonly upstreams: readonly SimulatedUpstream[];
}

/** `script` is what the model says, turn by turn; what is left out, the simulation decides. */
export async function openStand(
  kind: UpstreamKind,
  script: readonly (ScriptedReply | string)[] = [],
): Promise<Stand> {
  const upstream = await kind.start({ answer: inTurn(script) });
  const host = await openGateway([[kind, upstream]]);
  return { ...host, model: kind.model, kind, upstream };
}

export async function openRow(kinds: readonly UpstreamKind[]): Promise<Row> {
  const pairs = await Promise.all(kinds.map(async (kind) => [kind, await kind.start({})] as const));
  return { ...(await openGateway(pairs)), upstreams: pairs.map(([, upstream]) => upstream) };
}

async function openGateway(
  pairs: readonly (readonly [UpstreamKind, SimulatedUpstream])[],
): Promise<Host & AsyncDisposable> {
  const key = 'sk-of-the-caller';
  const gateway = createGateway({
    upstreams: Object.fromEntries(pairs.map(([kind, upstream], at) => [`up${at}`, kind.connect(upstream)])),
    models: Object.fromEntries(pairs.map(([kind], at) => [kind.model, `up${at}/${kind.nativeModel}`])),
    identify: ({ headers }: IncomingMessage) => {
      const bearer = headers.authorization?.replace('Bearer ', '');
      const isKnown = [bearer, headers['x-api-key'], headers['x-goog-api-key']].includes(key);
      return isKnown && { tenant: 'team', id: 'caller' };
    },
    retry: { rounds: 0 },
  });
  const host = await serve(toNodeListener(gateway));
  return {
    origin: host.origin,
    key,
    async [Symbol.asyncDispose]() {
      await host.close();
      await gateway.close({ grace: 0 });
      for (const [, upstream] of pairs) await upstream.close();
    },
  };
}

function inTurn(script: readonly (ScriptedReply | string)[]): AnswerScript {
  let turn = 0;
  return () => script[turn++];
}
