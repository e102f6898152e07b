import { optionsError } from '../errors.ts';
import type { RequestFacts, TargetName } from '../protocol/call.ts';
import type { Detector } from '../protocol/finding.ts';
import type { RedactionRule, RedactionSettings } from '../protocol/redaction.ts';
import { detectorOf } from './detect/detectors.ts';
import { nameDetector } from './detect/find-names.ts';
import { patternDetector } from './detect/match-pattern.ts';
import type { Search } from './find-in-text.ts';

/** A rule that is ready to be followed. */
export interface CompiledRule {
  readonly rule: RedactionRule;
  readonly search: Search;
}

/** @throws GatewayError `VE_OPTIONS_INVALID` for a pattern that is none */
export function compileRules({ rules }: RedactionSettings): readonly CompiledRule[] {
  return rules.map((rule) => {
    const { mode, detect, kinds, names } = rule;
    const detectors: readonly Detector[] = [
      ...kinds.map(detectorOf),
      ...(names.length === 0 ? [] : [nameDetector(names)]),
      ...compilePatterns(rule),
    ];
    return { rule, search: { mode, detectors, detect } };
  });
}

function compilePatterns({ place, patterns }: RedactionRule): Detector[] {
  return patterns.map(([kind, pattern]) => {
    try {
      return patternDetector(kind, pattern);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'it is no regular expression';
      throw optionsError(
        `${place}.patterns["${kind}"]: ${reason}; the syntax is RE2's, without look-around and back-references`,
      );
    }
  });
}

/** Of the rules, those that can hold at an upstream. */
export function rulesAt(
  rules: readonly CompiledRule[],
  { upstream, region }: { readonly upstream: string; readonly region: string | undefined },
): readonly CompiledRule[] {
  return rules.filter(
    ({ rule: { upstreams, exceptRegions } }) =>
      upstreams?.has(upstream) !== false && !exceptRegions.some((name) => isIn(region, name)),
  );
}

/** Whether a region is another, or a part of it. */
function isIn(region: string | undefined, name: string): boolean {
  return region !== undefined && (region === name || region.startsWith(`${name}-`));
}

/** Of those, what is looked for in one call. */
export function searchesFor(
  rules: readonly CompiledRule[],
  { model, principal }: RequestFacts,
  target: TargetName,
): readonly Search[] {
  return rules
    .filter(({ rule: { models, tenants } }) => {
      const isModel = models?.has(model) !== false || models.has(`${target.upstream}/${target.model}`);
      const tenant = principal?.tenant;
      return isModel && (tenants === undefined || (tenant !== undefined && tenants.has(tenant)));
    })
    .map(({ search }) => search);
}
