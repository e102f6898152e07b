import { endOfNumber, endOfString, readString, spliceText } from './walk-json.ts';

const quote = 0x22;

/**
 * A JSON text that is well formed, with other values at some of its places: names and indexes with dots between them. No
 * place is inside another. All the rest stays byte for byte.
 */
export function replaceValues(text: string, values: ReadonlyMap<string, string>): string {
  if (values.size === 0) return text;
  const edits: { start: number; end: number; text: string }[] = [];
  const path: (string | number)[] = [];
  const open: number[] = [];
  let isName = false;
  const take = (start: number, end: number): void => {
    const value = values.get(path.join('.'));
    if (value !== undefined) edits.push({ start, end, text: value });
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(text, at);
      if (isName) path[path.length - 1] = readString(text.slice(at, end));
      else take(at, end);
      isName = false;
      at = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      open.push(at);
      path.push(code === 0x7b ? '' : 0);
      isName = code === 0x7b;
    } else if (code === 0x7d || code === 0x5d) {
      path.pop();
      isName = false;
      take(open.pop() ?? at, at + 1);
    } else if (code === 0x2c) {
      const last = path.at(-1);
      if (typeof last === 'number') path[path.length - 1] = last + 1;
      else isName = true;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOfNumber(text, at);
      take(at, end);
      at = end - 1;
    }
  }
  return spliceText(text, edits);
}
