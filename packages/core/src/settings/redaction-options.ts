import type { Detect, Kind } from '../protocol/finding.ts';
import type { Mode } from '../protocol/redaction.ts';

/** What is hidden from upstreams, and from which. */
export interface RedactionOptions {
  /** All that are for a call hold; of two that find the same, the first says what is done with it, and `block` goes before all. */
  readonly rules: readonly RedactionRuleOptions[];
  /** Milliseconds that a function `detect` may take over one text, after which the call is refused. Default 10,000. */
  readonly timeout?: number;
}

export interface RedactionRuleOptions {
  /** Kinds that are known: `email`, `card`; `all` of them. */
  readonly kinds?: readonly Kind[] | 'all';
  /** Names of people, customers, projects: found as whole words, whatever their case. Their kind is `name`. */
  readonly names?: readonly string[];
  /** Regular expressions in RE2's syntax, by the kind that they find: `{ employee: 'EMP-\\d{6}' }`. */
  readonly patterns?: Readonly<Record<string, string>>;
  /** A function of your own, `presidio({…})` say. Where it fails, the call is refused. */
  readonly detect?: Detect;
  /** `mask`: `[EMAIL]` in its place; `reversible`: `[EMAIL_1]`, and the original again in the answer; `block`: the call is refused. */
  readonly mode: Mode;
  /** Names that callers use, or `upstream/model`. Default: all. */
  readonly models?: readonly string[];
  /** Default: all. */
  readonly upstreams?: readonly string[];
  /** Not for upstreams in one of these regions, or in a part of one: `eu` is `eu-west-1`, too. An upstream without a region is in none. */
  readonly exceptRegions?: readonly string[];
  /** Default: all, and callers that have none. */
  readonly tenants?: readonly string[];
}
