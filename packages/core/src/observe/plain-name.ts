/** Control characters, those that turn the direction of a text, and what some take for the end of a line. */
const unplain = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const longest = 256;

/** A name that a caller may have made up, as a log or a page can show it: cut, and without what does not show. */
export function plainName(name: string): string {
  const short = name.length > longest ? name.slice(0, longest) : name;
  return short.replace(unplain, '\u{fffd}');
}
