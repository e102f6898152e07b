import { GatewayError } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import type { Form } from '../protocol/media.ts';
import type { CallHead } from './read-call.ts';
import { ByteCall } from './shared/byte-call.ts';
import { checkModelName } from './shared/read-members.ts';

const nothing = Buffer.alloc(0);

/**
 * Reads the envelope of a call that came as a form: the same names that JSON has.
 *
 * @throws GatewayError `VE_PARAMETER_MISSING`, `VE_PARAMETER_INVALID`
 */
export function readFormCall(form: Form, { operation, dialect, headers, base = '', face }: CallHead): Call {
  const model = only(form, 'model');
  if (model === undefined) throw new GatewayError('VE_PARAMETER_MISSING', { parameter: 'model' });
  return new ByteCall(nothing, {
    operation,
    dialect,
    headers,
    base,
    face,
    form,
    model: checkModelName(model),
    stream: readFlag(only(form, 'stream')),
    wantsUsage: true,
    choices: readCount(only(form, 'n')),
    splice: {},
  });
}

/** The value of a field that may be given once. */
function only({ fields }: Form, parameter: string): string | undefined {
  const given = fields.filter(([name]) => name === parameter);
  if (given.length > 1)
    throw new GatewayError('VE_PARAMETER_INVALID', { parameter, reason: 'it is given twice; give it once' });
  return given[0]?.[1];
}

function readFlag(value: string | undefined): boolean {
  if (value === undefined || value === '' || value === 'false' || value === 'null') return false;
  if (value === 'true') return true;
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: 'stream', reason: 'it must be true or false' });
}

/** 1 for anything that is not a count: what to say about it is for whoever reads the form. */
function readCount(value: string | undefined): number {
  const count = Number(value ?? 1);
  return Number.isInteger(count) && count > 1 ? count : 1;
}
