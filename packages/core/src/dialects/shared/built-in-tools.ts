import type { Tool } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from './collect-drops.ts';
import { nameOfBuiltIn } from './name-foreign.ts';
import { defined, isList, isObject, isSameJson, objectOf, restOf, stringOf } from './read.ts';

/** A tool that several providers run themselves, in no provider's words. */
export interface KnownTool extends ToolOptions {
  readonly kind: 'web-search' | 'web-fetch' | 'code';
  /** What only its own provider has words for. */
  readonly others: readonly string[];
}

interface ToolOptions {
  /** Hosts: these only, or all but these. */
  readonly allowedDomains?: readonly string[];
  readonly blockedDomains?: readonly string[];
  /** Where the user is: `city`, `region`, `country` and `timezone`. */
  readonly location?: JsonObject;
  readonly maxUses?: number;
}

const optionNames: Readonly<Record<keyof ToolOptions, string>> = {
  allowedDomains: 'allowed_domains',
  blockedDomains: 'blocked_domains',
  location: 'user_location',
  maxUses: 'max_uses',
};

type BuiltIn = Extract<Tool, { type: 'built-in' }>;

/** By the beginning of `type`, or by the field's name where that is the kind. */
const kinds: readonly (readonly [RegExp, KnownTool['kind']])[] = [
  [/^(web_search|googleSearch)/, 'web-search'],
  [/^(web_fetch|urlContext$)/, 'web-fetch'],
  [/^(code_(interpreter|execution)|codeExecution$)/, 'code'],
];

/** What the tool is by any provider's name; undefined where only one has it. */
export function readBuiltIn({ extra }: BuiltIn): KnownTool | undefined {
  const [value = {}] = Object.values(extra);
  const [field = ''] = Object.keys(value);
  const type = stringOf(value['type']);
  const kind = kinds.find(([name]) => name.test(type ?? field))?.[1];
  if (kind === undefined) return undefined;
  return { kind, ...readOptions(type === undefined ? (objectOf(value[field]) ?? {}) : value) };
}

/** Names the options that a provider has no words for; `taken`: those that it has. */
export function nameOptions(
  tool: BuiltIn,
  { known, taken }: { readonly known: KnownTool; readonly taken: readonly (keyof ToolOptions)[] },
  drops: Drops,
): void {
  const left = Object.entries(optionNames).filter(
    ([option]) => Object.hasOwn(known, option) && !taken.some((one) => one === option),
  );
  const place = nameOfBuiltIn(tool);
  for (const [, option] of left) drops.add(`${place}.${option}`);
  for (const option of known.others) drops.add(`${place}.${option}`);
}

function readOptions(options: JsonObject): Omit<KnownTool, 'kind'> {
  const { type: _, name: __, filters, user_location: place, container, ...others } = options;
  const { allowed_domains: filtered, ...otherFilters } = objectOf(filters) ?? {};
  const { allowed_domains: allowed = filtered, blocked_domains: blocked, max_uses: uses, ...rest } = others;
  const isOwnContainer = container === undefined || isSameJson(container, { type: 'auto' });
  return {
    ...defined({
      allowedDomains: wordsOf(allowed),
      blockedDomains: wordsOf(blocked ?? rest['excludeDomains']),
      location: locationOf(place),
      maxUses: typeof uses === 'number' ? uses : undefined,
    }),
    others: [
      ...Object.keys(otherFilters).map((name) => `filters.${name}`),
      ...Object.keys(restOf(rest, ['excludeDomains']) ?? {}),
      // Code runs in a container of its own everywhere.
      ...(isOwnContainer ? [] : ['container']),
    ],
  };
}

function wordsOf(list: JsonObject[string]): readonly string[] | undefined {
  const words = isList(list) ? list.filter((word) => typeof word === 'string') : [];
  return words.length === 0 ? undefined : words;
}

/** Chat Completions has one object more around it. */
function locationOf(place: JsonObject[string]): JsonObject | undefined {
  if (!isObject(place)) return undefined;
  const { type: _, ...fields } = objectOf(place['approximate']) ?? place;
  return { type: 'approximate', ...fields };
}
