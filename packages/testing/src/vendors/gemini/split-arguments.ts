import { isJsonObject, type JsonObject } from '../../wire/read-json.ts';

/**
 * A call in pieces, as Vertex AI sends it on wish: its name, then each value under its path, then an empty piece.
 * Text comes in two pieces, of which the second is empty:
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling.
 */
export function splitArguments(call: JsonObject, args: JsonObject): readonly JsonObject[] {
  return [
    { ...call, willContinue: true },
    ...listLeaves(args, '$').flatMap(([jsonPath, value]) =>
      toPieces(jsonPath, value).map((piece) => ({ partialArgs: [piece], willContinue: true })),
    ),
    {},
  ];
}

function listLeaves(value: unknown, path: string): readonly (readonly [path: string, value: unknown])[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => listLeaves(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, item]) => listLeaves(item, `${path}.${name}`));
}

function toPieces(jsonPath: string, value: unknown): readonly JsonObject[] {
  switch (typeof value) {
    case 'string':
      return [
        { jsonPath, stringValue: value, willContinue: true },
        { jsonPath, stringValue: '' },
      ];
    case 'number':
      return [{ jsonPath, numberValue: value }];
    case 'boolean':
      return [{ jsonPath, boolValue: value }];
    default:
      return [{ jsonPath, nullValue: 'NULL_VALUE' }];
  }
}
