import { isObject, numberOf } from '../../dialects/shared/read.ts';
import type { Json } from '../../protocol/json.ts';

/** Of numbers, and of objects of numbers; of what is neither, the first. */
export function addNumbers(one: Json | undefined, other: Json | undefined): Json | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (isObject(one) && isObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return Object.fromEntries([...names].map((name) => [name, addNumbers(one[name], other[name])]));
  }
  const [first, second] = [numberOf(one), numberOf(other)];
  return first === undefined || second === undefined ? one : first + second;
}
