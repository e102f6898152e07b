/** What fits what was typed: those that begin so first, then those that have all of its words somewhere. Nothing typed: all. */
export function findOptions(options: readonly string[], typed: string): readonly string[] {
  const text = typed.trim().toLowerCase();
  if (text === '') return options;
  const words = text.split(/\s+/);
  const found = options.filter((option) => words.every((word) => option.toLowerCase().includes(word)));
  const begins = (option: string): boolean => option.toLowerCase().startsWith(text);
  return [...found.filter(begins), ...found.filter((option) => !begins(option))];
}

/** The place of the option that a key leads to; -1 is none. It goes round. */
export function nextPlace(key: string, place: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return place >= count - 1 ? 0 : place + 1;
  if (key === 'ArrowUp') return place <= 0 ? count - 1 : place - 1;
  return undefined;
}
