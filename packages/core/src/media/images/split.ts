import { listOf } from '../../dialects/shared/read.ts';
import type { ImageRequest } from '../../protocol/image.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { addNumbers } from '../shared/add-numbers.ts';

/** So many pictures at once; what flows is one answer. */
export function split(request: ImageRequest, most: number): readonly ImageRequest[] {
  const { n = 1, stream } = request;
  if (stream) return [request];
  const count = Math.ceil(n / most);
  return Array.from({ length: count }, (_, index) => ({ ...request, n: Math.min(most, n - index * most) }));
}

export function join(bodies: readonly JsonObject[]): JsonObject {
  const filtered = bodies.flatMap((body) => listOf(body['filtered']));
  const usage = bodies.map((body) => body['usage']).reduce(addNumbers);
  return {
    ...bodies[0],
    data: bodies.flatMap((body) => listOf(body['data'])),
    ...(filtered.length === 0 ? {} : { filtered }),
    ...(usage === undefined ? {} : { usage }),
  };
}
