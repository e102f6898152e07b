/** For `test.each`: once where it applies, and not at all where there is nothing to say. */
export function onceWhere(applies: boolean | undefined): readonly number[] {
  return applies === true ? [1] : [];
}
