import { type FailureFacts, GatewayError } from '../../errors.ts';

/** This target cannot be asked; another may. */
const elsewhere: FailureFacts = { retry: 'elsewhere', health: 'neutral', sent: false };

/** Something that changes what is asked for, which the vendor has no word for: it is not just left out. `model`: the caller's name. */
export function unsupported(parameter: string, model: string): GatewayError {
  return new GatewayError('VE_PARAMETER_UNSUPPORTED', { parameter, model }, { failure: elsewhere });
}

/** A value that another model may take. */
export function invalidHere(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason }, { failure: elsewhere });
}

/** @throws GatewayError `VE_PARAMETER_INVALID` that names the limit */
export function checkCount(parameter: string, count: number, limit: number): void {
  if (count > limit)
    throw invalidHere(parameter, `it has ${count} items; this model takes at most ${limit} in one request`);
}

/** @throws GatewayError `VE_PARAMETER_INVALID` that names the limit */
export function checkNumber(parameter: string, value: number | undefined, most: number): void {
  if (value !== undefined && value > most)
    throw invalidHere(parameter, `it is ${value}; this model takes at most ${most}`);
}
