import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject, protocolError } from './read.ts';

/*
 * An upstream's answer is read leniently, but what it says must not just be gone: where words are expected, something that
 * is neither words nor nothing was damaged on its way, and the rest of the answer would look whole without it.
 */

type Value = Json | undefined;

/** Words; null is as good as none. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function saidText(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  throw protocolError(`${what} is no text`);
}

/** What holds words. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function saidObject(value: Value, what: string): JsonObject | undefined {
  if (isObject(value)) return value;
  if (value === undefined || value === null) return undefined;
  throw protocolError(`${what} is no object`);
}

/** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function saidList(value: Value, what: string): readonly Json[] {
  if (isList(value)) return value;
  if (value === undefined || value === null) return [];
  throw protocolError(`${what} is no list`);
}

/** Arguments of a call, as JSON text or as the object itself. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function checkArguments(value: Value): void {
  if (!isObject(value)) saidText(value, 'the input of a call');
}
