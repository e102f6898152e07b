/** The names that are said, as an attribute: `classNames('button', isWide && 'wide')`. */
export function classNames(...names: readonly (string | false | undefined)[]): string {
  return names.filter((name) => name !== false && name !== undefined && name !== '').join(' ');
}
