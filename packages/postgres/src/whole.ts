/** As the database takes a number: whole, and no larger than one that JavaScript knows exactly. */
export function whole(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER));
}
