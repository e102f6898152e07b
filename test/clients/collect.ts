/** `Array.fromAsync`, which the types of the oldest Node that is served do not have. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
