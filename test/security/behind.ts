import { request as send } from 'node:http';
import { type AdminDoor, toNodeListener } from '@vector-engine/core';
import { type Served, serve } from '../hosts/serve.ts';
import { type Keyed, startKeyed } from './keyed.ts';

/** A gateway with keys, shown to operators at `/gateway` of a server. */
export interface Behind extends Keyed {
  readonly served: Served;
}

export async function startBehind(
  door: AdminDoor | object,
  own: Parameters<typeof startKeyed>[0] = {},
): Promise<Behind> {
  const keyed = await startKeyed(own);
  // A program without types may say anything.
  const handler = keyed.gateway.behind(door as AdminDoor);
  const served = await serve(toNodeListener(handler, { prefix: '/gateway' }));
  return {
    ...keyed,
    served,
    async [Symbol.asyncDispose]() {
      await keyed[Symbol.asyncDispose]();
      await served.close();
    },
  };
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is announced never comes. */
  readonly isHeld?: boolean;
}

/** As a browser or a program sends it: no header that is not said, but for `host`. */
export function ask(
  { served: { port } }: Pick<Behind, 'served'>,
  [method, path]: readonly [method: string, path: string],
  { headers = {}, body, isHeld = false }: Sending = {},
): Promise<Told> {
  const { promise, resolve, reject } = Promise.withResolvers<Told>();
  const request = send({ port, method, path: `/gateway${path}`, headers }, (response) => {
    const pieces: Buffer[] = [];
    response.on('data', (piece: Buffer) => pieces.push(piece));
    response.on('error', reject);
    response.on('end', () => {
      if (isHeld) request.destroy();
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: Buffer.concat(pieces).toString(),
      });
    });
  });
  request.on('error', reject);
  if (isHeld) request.flushHeaders();
  else request.end(body);
  return promise;
}

/** A path of the table with something in it. `id`: of a virtual key. */
export function fill(path: string, id: string): string {
  return path.replace('{id}', /keys|upstreams/.test(path) ? id : 'acme');
}
