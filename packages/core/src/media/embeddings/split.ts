import { isObject, listOf } from '../../dialects/shared/read.ts';
import type { EmbeddingsRequest } from '../../protocol/embeddings.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { addNumbers } from '../shared/add-numbers.ts';

/** So many inputs at once, in their order. */
export function split(request: EmbeddingsRequest, most: number): readonly EmbeddingsRequest[] {
  const { inputs } = request;
  const count = Math.ceil(inputs.length / most);
  return Array.from({ length: count }, (_, index) => ({
    ...request,
    inputs: inputs.slice(index * most, (index + 1) * most),
  }));
}

export function join(bodies: readonly JsonObject[]): JsonObject {
  const data = bodies.flatMap((body) => listOf(body['data']));
  const usage = bodies.map((body) => body['usage']).reduce(addNumbers);
  return {
    ...bodies[0],
    data: data.map((item, index) => (isObject(item) ? { ...item, index } : item)),
    ...(usage === undefined ? {} : { usage }),
  };
}
