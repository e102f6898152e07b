import { keyPrefix } from '../access/key-format.ts';
import { GatewayError } from '../errors.ts';
import type { z } from '../settings/zod-without-globals.ts';

/** The value, if it is what the schema says. @throws GatewayError `VE_PARAMETER_INVALID` that names the first member which is not */
export function readBy<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const parameter = (path === '' ? key : `${path}.${key}`).slice(0, 100);
    throw new GatewayError('VE_PARAMETER_INVALID', { parameter, reason: 'there is no such member here' });
  }
  const reason = `it ${issue?.message ?? 'is not valid'}`;
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: path === '' ? 'body' : path, reason });
}

/** The body of a request. @throws GatewayError `VE_BODY_INVALID` */
export function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new GatewayError('VE_BODY_INVALID', { reason: 'it is no JSON' });
  }
}

/**
 * What stands behind the question mark; a key that was shown there is none of it.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` for what stands there twice
 */
export function readQuery(query: string): Readonly<Record<string, string>> {
  const said = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'key' && value.startsWith(keyPrefix)) continue;
    if (said.has(name))
      throw new GatewayError('VE_PARAMETER_INVALID', {
        parameter: name.slice(0, 100),
        reason: 'it is there twice',
      });
    said.set(name, value);
  }
  return Object.fromEntries(said);
}
