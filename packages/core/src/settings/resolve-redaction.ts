import { optionsError } from '../errors.ts';
import { type Detect, type Kind, kinds } from '../protocol/finding.ts';
import { modes, type RedactionRule, type RedactionSettings } from '../protocol/redaction.ts';
import { suggest } from './suggest.ts';

const members = ['rules', 'timeout'] as const;
const findings = ['kinds', 'names', 'patterns', 'detect'] as const;
const ruleMembers = [...findings, 'mode', 'models', 'upstreams', 'exceptRegions', 'tenants'] as const;
/** Milliseconds. */
const usualTimeout = 10_000;

interface RedactedGateway {
  readonly upstreams: readonly string[];
  /** Names that callers can use; undefined where they can use any. */
  readonly names: readonly string[] | undefined;
  /** Nobody is told apart. */
  readonly isOpen: boolean;
}

/** What the option `redaction` says; undefined where nothing is hidden. @throws GatewayError `VE_OPTIONS_INVALID` */
export function resolveRedaction(given: unknown, gateway: RedactedGateway): RedactionSettings | undefined {
  if (given === undefined) return undefined;
  const { rules, timeout = usualTimeout } = readMembers('redaction', given, members);
  if (!Array.isArray(rules) || rules.length === 0)
    throw optionsError('redaction.rules: it must be an array of rules: [{ kinds: "all", mode: "mask" }]');
  if (typeof timeout !== 'number' || !(timeout > 0) || timeout === Number.POSITIVE_INFINITY)
    throw optionsError('redaction.timeout: it must be a number of milliseconds above 0');
  return {
    rules: rules.map((rule: unknown, index) => readRule(`redaction.rules[${index}]`, rule, gateway)),
    timeout,
  };
}

function readRule(
  place: string,
  given: unknown,
  { upstreams, names, isOpen }: RedactedGateway,
): RedactionRule {
  const fields = readMembers(place, given, ruleMembers);
  if (findings.every((name) => fields[name] === undefined))
    throw optionsError(`${place}: it looks for nothing; give it kinds, names, patterns or detect`);
  const { mode, detect, tenants } = fields;
  const known = modes.find((one) => one === mode);
  if (known === undefined) throw optionsError(`${place}.mode: it must be one of ${modes.join(', ')}`);
  if (detect !== undefined && typeof detect !== 'function')
    throw optionsError(`${place}.detect: it must be a function from a text to what it finds in it`);
  if (tenants !== undefined && isOpen)
    throw optionsError(
      `${place}.tenants: nobody is told apart where the gateway is open; leave it out, or give identify`,
    );
  return {
    place,
    mode: known,
    kinds: readKinds(`${place}.kinds`, fields['kinds']),
    names: readNames(`${place}.names`, fields['names']),
    patterns: readPatterns(`${place}.patterns`, fields['patterns']),
    // Which texts it takes and what it gives back, nobody can look up.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    detect: detect as Detect | undefined,
    models: setOf(readModels(`${place}.models`, fields['models'], { upstreams, names })),
    upstreams: setOf(readKnown(`${place}.upstreams`, fields['upstreams'], upstreams)),
    exceptRegions: readTexts(`${place}.exceptRegions`, fields['exceptRegions']) ?? [],
    tenants: setOf(readTexts(`${place}.tenants`, tenants)),
  };
}

function readKinds(place: string, given: unknown): readonly Kind[] {
  if (given === undefined) return [];
  if (given === 'all') return kinds;
  return (readTexts(place, given) ?? []).map((name) => {
    const kind = kinds.find((one) => one === name);
    if (kind !== undefined) return kind;
    throw optionsError(
      `${place}: there is no kind "${name}"; there are ${kinds.join(', ')}.${suggest(name, kinds)} For one of your own give patterns or detect`,
    );
  });
}

function readNames(place: string, given: unknown): readonly string[] {
  const names = readTexts(place, given) ?? [];
  const empty = names.find((name) => !/[\p{L}\p{N}]/u.test(name));
  if (empty === undefined) return names;
  throw optionsError(`${place}: "${empty}" has no letter in it; leave it out`);
}

function readPatterns(place: string, given: unknown): readonly (readonly [string, string])[] {
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw optionsError(`${place}: it must be an object of patterns by kind: { employee: "EMP-\\\\d{6}" }`);
  const entries: readonly (readonly [string, unknown])[] = Object.entries(given);
  return entries.map(([kind, pattern]) => {
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(kind))
      throw optionsError(
        `${place}["${kind}"]: the kind must be a word of lower-case letters, digits and dashes`,
      );
    if (typeof pattern !== 'string' || pattern === '')
      throw optionsError(
        `${place}["${kind}"]: it must be a regular expression as a text; of /EMP-\\d/ that is "EMP-\\\\d"`,
      );
    return [kind, pattern];
  });
}

function readModels(
  place: string,
  given: unknown,
  {
    upstreams,
    names,
  }: { readonly upstreams: readonly string[]; readonly names: readonly string[] | undefined },
): readonly string[] | undefined {
  const models = readTexts(place, given);
  for (const name of models ?? []) {
    const isTarget = upstreams.some((upstream) => name.startsWith(`${upstream}/`));
    if (isTarget || names === undefined || names.includes(name)) continue;
    throw optionsError(
      `${place}: no model "${name}" is served; write a name of models, or upstream/model.${suggest(name, names)}`,
    );
  }
  return models;
}

function readKnown(place: string, given: unknown, known: readonly string[]): readonly string[] | undefined {
  const names = readTexts(place, given);
  const strange = names?.find((name) => !known.includes(name));
  if (strange === undefined) return names;
  throw optionsError(
    `${place}: there is no upstream "${strange}"; configured: ${known.join(', ')}.${suggest(strange, known)}`,
  );
}

/** What is empty would hold for nothing, which nobody means. */
function readTexts(place: string, given: unknown): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const isList =
    Array.isArray(given) && given.length > 0 && given.every((one) => typeof one === 'string' && one !== '');
  if (!isList) throw optionsError(`${place}: it must be an array of texts, with at least one`);
  return given;
}

function setOf(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return names && new Set(names);
}

function readMembers<Name extends string>(
  place: string,
  given: unknown,
  known: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw optionsError(`${place}: it must be an object of ${known.join(', ')}`);
  const [extra] = Object.keys(given).filter((key) => !known.some((name) => name === key));
  if (extra !== undefined)
    throw optionsError(
      `${place}: there is no "${extra}"; there can be ${known.join(', ')}.${suggest(extra, known)}`,
    );
  return given;
}
