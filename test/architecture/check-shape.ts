import type { Source } from './read-sources.ts';

/** Lines that a module may have. The pass is to be read at one sitting. */
const lineLimits: Readonly<Record<string, number>> = { 'packages/core/src/gateway.ts': 150 };
const lineLimit = 350;

const starAllowed = new Set(['packages/express/src/index.ts', 'packages/koa/src/index.ts']);

const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a default export', /^export\s+default\b|^export\s*\{[^}]*\bas\s+default\b/m],
  ['an enum', /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w/m],
  ['a namespace', /^\s*(?:export\s+)?(?:declare\s+)?(?:namespace|module)\s+\w/m],
];

/** Modules that are longer than they may be, or are made of what the style has no use for. */
export function checkShape(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    const limit = lineLimits[path] ?? lineLimit;
    const problems = forbidden.filter(([, pattern]) => pattern.test(text)).map(([what]) => `has ${what}`);
    if (lines > limit) problems.push(`has ${lines} lines; the most is ${limit}`);
    if (/^export\s+(?:type\s+)?\*/m.test(text) && !starAllowed.has(path)) problems.push('has an export *');
    return problems.map((problem) => `${path}: ${problem}`);
  });
}
