import { createRequire } from 'node:module';
import type * as Re2 from 're2js';
import type { Detector, Finding } from '../../protocol/finding.ts';

let loaded: typeof Re2 | undefined;

/** Most gateways have no patterns of their own; those that have want to hear at once what is wrong with them. */
function load(): typeof Re2 {
  // What the package's own types say of it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  loaded ??= createRequire(import.meta.url)('re2js') as typeof Re2;
  return loaded;
}

/**
 * Finds what an operator's own pattern matches, in linear time whatever the pattern is: the syntax is RE2's, which has no
 * look-around and no back-references. `(?i)` at its beginning: whatever the case.
 *
 * @throws Error that says what is wrong with the pattern
 */
export function patternDetector(kind: string, pattern: string): Detector {
  const compiled = load().RE2JS.compile(pattern);
  if (compiled.matcher('').find()) throw new Error('it matches nothing at all, too');
  return (text) => {
    const findings: Finding[] = [];
    const matcher = compiled.matcher(text);
    while (matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      if (end > start) findings.push({ kind, start, end });
    }
    return findings;
  };
}
