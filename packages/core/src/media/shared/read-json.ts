import { isList, isObject, parseJson, protocolError } from '../../dialects/shared/read.ts';
import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer, MediaBody } from '../../protocol/media.ts';

/** @throws GatewayError `VE_CONTENT_TYPE_UNSUPPORTED` for a form */
export function jsonOf(body: MediaBody): JsonObject {
  if ('json' in body) return body.json;
  throw new GatewayError('VE_CONTENT_TYPE_UNSUPPORTED');
}

/** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function readObject({ body }: MediaAnswer): JsonObject {
  const value = parseJson(body.toString('utf8'));
  if (isObject(value)) return value;
  throw protocolError('the answer is not a JSON object');
}

/** @throws GatewayError `VE_UPSTREAM_PROTOCOL` where it is not there, or is no list */
export function needList(value: Json | undefined, name: string): readonly Json[] {
  if (isList(value)) return value;
  throw protocolError(`the answer has no list ${name}`);
}
