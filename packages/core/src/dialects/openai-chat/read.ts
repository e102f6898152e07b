import { GatewayError } from '../../errors.ts';
import type { Extra } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** Guards for what comes from outside: nothing is believed to have the shape that the documentation promises. */

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function objectOf(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

export function listOf(value: unknown): readonly Json[] {
  return isList(value) ? value : [];
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A string that says something. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A place in a list. */
export function indexOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** The fields beside the known ones, or nothing where none is left; null is the same as left out. */
export function restOf(object: JsonObject, known: readonly string[]): JsonObject | undefined {
  const rest = Object.entries(object).filter(
    ([name, value]) => value !== undefined && value !== null && !known.includes(name),
  );
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

type Defined<Fields> = {
  [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name];
} & {
  [Name in keyof Fields as undefined extends Fields[Name] ? Name : never]?: Exclude<Fields[Name], undefined>;
};

/** Without what is undefined. */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same fields, less the undefined ones
  return Object.fromEntries(entries) as Defined<Fields>;
}

/** Without the gaps. */
export function present<Item>(items: readonly (Item | undefined)[]): readonly Item[] {
  return items.filter((item) => item !== undefined);
}

export function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

/** What only this dialect has words for; nothing where there is none of it. */
export function extraOf(fields: JsonObject | undefined): { extra?: Extra } {
  return fields === undefined || isEmpty(fields) ? {} : { extra: { 'openai-chat': fields } };
}

/** What this dialect put aside for itself. */
export function ownOf(extra: Extra | undefined): JsonObject {
  return extra?.['openai-chat'] ?? {};
}

/** The upstream sent what cannot be understood: another target may do better. */
export function protocolError(reason: string): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_PROTOCOL',
    { reason },
    { failure: { retry: 'elsewhere', health: 'failure', sent: true } },
  );
}

export function invalid(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}

/** Small and stable, for names that are made up. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
