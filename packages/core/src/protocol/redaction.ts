import type { Detect, Kind } from './finding.ts';

/**
 * What is done with what was found: another text stands in its place (`mask`), a placeholder for which the original comes
 * back in the answer (`reversible`), or the call is refused (`block`).
 */
export type Mode = (typeof modes)[number];

export const modes = ['mask', 'reversible', 'block'] as const;

/** What is looked for in which calls, and what is done with it. */
export interface RedactionRule {
  /** In the options, for what is told of it: `redaction.rules[0]`. */
  readonly place: string;
  readonly mode: Mode;
  readonly kinds: readonly Kind[];
  readonly names: readonly string[];
  /** By the kind that what they match is called. */
  readonly patterns: readonly (readonly [kind: string, pattern: string])[];
  readonly detect: Detect | undefined;
  /** Names of models that callers use, or `upstream/model`; undefined: all. */
  readonly models: ReadonlySet<string> | undefined;
  /** Undefined: all. */
  readonly upstreams: ReadonlySet<string> | undefined;
  /** Not for upstreams in one of these. */
  readonly exceptRegions: readonly string[];
  /** Undefined: all, and who has none. */
  readonly tenants: ReadonlySet<string> | undefined;
}

export interface RedactionSettings {
  readonly rules: readonly RedactionRule[];
  /** Milliseconds that a function which looks for something may take over one text. */
  readonly timeout: number;
}
