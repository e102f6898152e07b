import { createGateway, type Gateway } from '@vector-engine/core';
import { type Recording, replay, type SimulatedUpstream } from '@vector-engine/testing';
import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import type { Column } from './columns.ts';
import type { Face } from './faces.ts';

/** What came of a request: at the upstream, and at the caller. */
export interface Asked {
  readonly status: number;
  /** Of `x-vector-dropped`. */
  readonly dropped: readonly string[];
  /** The body that the caller sent. */
  readonly sent: string;
  /** The body that the upstream received; undefined where none was sent. */
  readonly received: unknown;
  readonly receivedText: string;
  /** The caller's answer, as text. */
  readonly answer: string;
}

/** A gateway whose only model is served by an upstream that gives these answers, one after the other. */
export interface Asking extends AsyncDisposable {
  ask(face: Face, fields: JsonObject): Promise<Asked>;
}

export async function openAsking(
  { make, model }: Column,
  recording: Recording | readonly Recording[],
): Promise<Asking> {
  const upstream = await replay(recording);
  const gateway = createGateway({
    upstreams: { up: make(upstream.origin) },
    models: { any: `up/${model}` },
    open: true,
    retry: { rounds: 0 },
  });
  return {
    ask: (face, fields) => askOnce(upstream, gateway, { face, fields }),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await upstream.close();
    },
  };
}

interface Question {
  readonly face: Face;
  readonly fields: JsonObject;
}

async function askOnce(
  upstream: SimulatedUpstream,
  gateway: Gateway,
  { face, fields }: Question,
): Promise<Asked> {
  const before = upstream.requests.length;
  const sent = JSON.stringify({ ...face.hello, ...fields });
  const isStream = fields.stream === true;
  const response = await gateway.fetch(`http://gateway${face.path(isStream)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: sent,
  });
  const answer = await response.text();
  const request = upstream.requests[before];
  return {
    status: response.status,
    dropped: response.headers.get('x-vector-dropped')?.split(', ') ?? [],
    sent,
    received: request?.body,
    receivedText: request?.rawBody.toString() ?? '',
    answer,
  };
}
