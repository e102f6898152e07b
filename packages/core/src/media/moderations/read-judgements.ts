import { fieldsOf, listOf, objectOf, protocolError } from '../../dialects/shared/read.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ModerationRequest } from '../../protocol/moderation.ts';

/** A judgement for each input. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function checkJudgements(list: readonly Json[], { inputs }: ModerationRequest): readonly JsonObject[] {
  if (list.length !== inputs.length)
    throw protocolError(`${list.length} judgements for ${inputs.length} inputs`);
  return list.map(fieldsOf);
}

/** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function readCategories(value: Json | undefined): Record<string, boolean | null> {
  const categories = objectOf(value);
  if (categories === undefined) throw protocolError('a judgement has no categories');
  return Object.fromEntries(
    Object.entries(categories).filter(
      (entry): entry is [string, boolean | null] => typeof entry[1] === 'boolean' || entry[1] === null,
    ),
  );
}

export function readScores(value: Json | undefined): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).filter(
      (entry): entry is [string, number | null] => typeof entry[1] === 'number' || entry[1] === null,
    ),
  );
}

export function readTypes(value: Json | undefined): Record<string, readonly string[]> | undefined {
  const types = objectOf(value);
  if (types === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(types).map(([name, list]) => [
      name,
      listOf(list).filter((item): item is string => typeof item === 'string'),
    ]),
  );
}
