import { GatewayError } from '../errors.ts';
import { invalid } from './handshake.ts';

const ending = '/v1/realtime';

/** Where an upgrade points: its path as it came, and behind that the query. */
export interface UpgradeTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Undefined where that is none of ours: whatever the gateway is mounted below, its own path comes last. */
export function readTarget(url: string): UpgradeTarget | undefined {
  const [path = '', ...query] = url.split('?');
  return path.endsWith(ending) ? { path, query: new URLSearchParams(query.join('?')) } : undefined;
}

/** What calls and transcriptions are asked for by; neither names a model to serve them. */
const unserved = ['call_id', 'intent'];

/** @throws GatewayError `VE_PARAMETER_MISSING`, `VE_PARAMETER_INVALID` */
export function readModel(query: URLSearchParams): string {
  for (const name of unserved)
    if (query.has(name)) throw invalid(name, 'a session here is one with a model, which "model" names');
  const [model = '', ...others] = query.getAll('model');
  if (model === '') throw new GatewayError('VE_PARAMETER_MISSING', { parameter: 'model' });
  if (others.length > 0) throw invalid('model', 'it is there twice');
  return model;
}
