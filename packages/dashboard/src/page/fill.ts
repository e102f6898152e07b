/**
 * Puts values into the places of a text: `fill('{count} of {all}', …)`. A text of two forms, `{count} call|{count} calls`,
 * gives the one that `rules` says for `count`.
 */
export function fill(
  text: string,
  values: Readonly<Record<string, string | number>>,
  { rules, number }: { readonly rules: Intl.PluralRules; readonly number: (value: number) => string },
): string {
  const [one = '', other = one] = text.split('|');
  const { count } = values;
  const form = typeof count === 'number' && rules.select(count) === 'one' ? one : other;
  return form.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : typeof value === 'number' ? number(value) : value;
  });
}
