/**
 * Postgres keeps every text but those with U+0000, or with half of a pair of surrogates: names come from callers, and may
 * be made of anything. Such characters are written as U+FDD0, which stands for nothing anywhere, and their four hexadecimal
 * digits; and so is U+FDD0 itself.
 */
const mark = '\ufdd0';
const strange = /[\0\ufdd0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const marked = /\ufdd0([0-9a-f]{4})/g;

export function toPlain(text: string): string {
  const isPlain = !text.includes('\0') && !text.includes(mark) && text.isWellFormed();
  if (isPlain) return text;
  return text.replaceAll(
    strange,
    (character) => mark + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}

export function fromPlain(text: string): string {
  if (!text.includes(mark)) return text;
  return text.replaceAll(marked, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** A value as it is sent; texts in lists, too. */
export function toPlainValue(value: unknown): unknown {
  if (typeof value === 'string') return toPlain(value);
  return Array.isArray(value) ? value.map(toPlainValue) : value;
}

/** A row as it was kept. */
export function fromPlainRow(row: object): object {
  for (const [name, value] of Object.entries(row))
    if (typeof value === 'string' && value.includes(mark)) Reflect.set(row, name, fromPlain(value));
  return row;
}
