import { createGateway, type EndEvent, type Gateway, type GatewayOptions } from '@vector-engine/core';
import type { SimulatedUpstream } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { reachVendor, type SimulationOptions, startVendor, type VendorName } from './vendors.ts';

type Given = Partial<Omit<GatewayOptions, 'identify' | 'models' | 'open' | 'upstreams'>>;

export interface StudioOptions extends Given {
  /** Vendors, in the order in which they are tried. */
  readonly vendors: readonly VendorName[];
  /** Of each vendor, for the model that callers name `made`. */
  readonly models: readonly string[];
  readonly simulation?: SimulationOptions;
  readonly fileOrigins?: readonly string[];
  readonly identify?: unknown;
  /** More names, and who serves them. */
  readonly also?: Readonly<Record<string, string>>;
}

/** A gateway before simulated vendors, and what it tells. */
export interface Studio extends AsyncDisposable {
  readonly gateway: Gateway;
  /** The first vendor. */
  readonly upstream: SimulatedUpstream;
  readonly upstreams: readonly SimulatedUpstream[];
  readonly ends: EndEvent[];
  /** An official client that asks once. Its `fetch` is the gateway's: no socket. */
  readonly client: OpenAI;
  readonly ask: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;
  readonly form: (path: string, form: FormData, init?: RequestInit) => Promise<Response>;
}

export async function openStudio(options: StudioOptions): Promise<Studio> {
  const { vendors, models, simulation, fileOrigins, identify, also, ...own } = options;
  const upstreams = await Promise.all(vendors.map((name) => startVendor(name, simulation)));
  const named = vendors.map((vendor, index) => {
    const simulated = upstreams[index];
    if (simulated === undefined) throw new Error(`${vendor} has not started`);
    const more = fileOrigins === undefined ? {} : { fileOrigins };
    return [`vendor${index}`, reachVendor(vendor, simulated, more)] as const;
  });
  const given: unknown = {
    ...(identify === undefined ? { open: true } : { identify }),
    upstreams: Object.fromEntries(named),
    models: { made: vendors.map((_, index) => `vendor${index}/${models[index] ?? ''}`), ...also },
    random: () => 0,
    ...own,
  };
  // The names of upstreams differ from studio to studio.
  const gateway: Gateway = createGateway(given as GatewayOptions);
  const ends: EndEvent[] = [];
  gateway.on('end', (event) => ends.push(event));
  const [upstream] = upstreams;
  if (upstream === undefined) throw new Error('a studio needs a vendor');
  return {
    gateway,
    upstream,
    upstreams,
    ends,
    client: new OpenAI({
      apiKey: 'not used',
      baseURL: 'http://gateway/v1',
      fetch: gateway.fetch,
      maxRetries: 0,
    }),
    ask: (path, body, headers = {}) =>
      gateway.fetch(`http://gateway${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    form: (path, form, init = {}) =>
      gateway.fetch(`http://gateway${path}`, { method: 'POST', body: form, ...init }),
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await Promise.all(upstreams.map((one) => one.close()));
    },
  };
}

/** What is refused, in OpenAI's form. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly message: string;
}

export async function refusalOf(response: Response): Promise<Refusal> {
  const { error } = (await response.json()) as { error: Omit<Refusal, 'status'> };
  const { code, param, message } = error;
  return { status: response.status, code, param, message };
}
