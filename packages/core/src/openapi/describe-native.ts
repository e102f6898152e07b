import type { NativeRoute } from '../http/route-table.ts';
import type { Description } from './description.ts';

/** What is not read, by its method and the path below which it is. */
export function describeNative({ method, path, upstream }: NativeRoute): Description {
  const place = path.replace('{rest}', '').replace(/[^A-Za-z0-9]+/g, '_');
  const hasBody = method !== 'GET' && method !== 'DELETE';
  return {
    id: `pass_${method.toLowerCase()}${place}`,
    tag: 'Native',
    summary: `Goes to the upstream ${upstream} as it is, and its answer comes back as it is. What is below the path may have slashes.`,
    ...(hasBody ? { body: { any: true, isRequired: false } } : {}),
    status: 'default',
    answer: { '*/*': undefined },
  };
}
