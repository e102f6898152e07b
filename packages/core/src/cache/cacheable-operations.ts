import type { Dialect, Operation } from '../protocol/call.ts';
import type { CanonicalMembers } from './canonical-json.ts';

/** What is to be known of an operation's bodies in one dialect. Members are named as in JSON, in quotes. */
export interface BodyRules {
  /** Members that change nothing in the answer, and are not told again in it. */
  readonly silent: ReadonlySet<string>;
  /** What is meant where a member is left out, in canonical form. */
  readonly defaults: ReadonlyMap<string, string>;
  /** `null` means the same as leaving it out. */
  readonly dropsNull: boolean;
  /** Whether the same question has the same answer, as far as anybody can tell: not where the model throws dice. */
  isSteady(members: CanonicalMembers): boolean;
  /** Whether the answer depends on more than the question, or answering does more than answer. */
  isOutward(members: CanonicalMembers): boolean;
}

/** Read from the envelope, and part of the key in other words. */
const envelope = named('model', 'stream', 'stream_options');

/** Who asks, and the provider's own cache: https://platform.openai.com/docs/api-reference/chat/create */
const openaiSilent = [
  ...envelope,
  ...named('user', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention', 'metadata', 'store'),
];

const isZero = (text: string | undefined): boolean => text === '0';
const isSaid = (text: string | undefined): boolean => text !== undefined && text !== 'null';

/**
 * Lets the vendor search: OpenAI, OpenRouter (https://openrouter.ai/docs/features/web-search), xAI
 * (https://docs.x.ai/docs/guides/live-search). Alibaba's is `enable_search`, which may be said to be off.
 */
const searches = named('web_search_options', 'plugins', 'search_parameters');

const chatCompletions: BodyRules = {
  silent: new Set(openaiSilent),
  defaults: new Map([
    ['"n"', '1'],
    ['"logprobs"', 'false'],
    ['"response_format"', '{"type":"text"}'],
  ]),
  dropsNull: true,
  isSteady: (members) => isZero(members.get('"temperature"')),
  // A stored completion is there to be found again, and a search finds something else every day.
  isOutward: (members) =>
    members.get('"store"') === 'true' ||
    members.get('"enable_search"') === 'true' ||
    searches.some((name) => isSaid(members.get(name))) ||
    hasBuiltIn(members.get('"tools"'), isCallersTool),
};

const completions: BodyRules = {
  silent: new Set([...envelope, ...named('user')]),
  defaults: new Map([['"n"', '1']]),
  dropsNull: true,
  isSteady: (members) => isZero(members.get('"temperature"')),
  isOutward: () => false,
};

const embeddings: BodyRules = {
  silent: new Set(named('model', 'user')),
  defaults: new Map([['"encoding_format"', '"float"']]),
  dropsNull: true,
  isSteady: () => true,
  isOutward: () => false,
};

/** The same question is ranked, and judged, alike. */
const judgements: BodyRules = {
  silent: new Set(named('model', 'user')),
  defaults: new Map(),
  dropsNull: true,
  isSteady: () => true,
  isOutward: () => false,
};

/** A response repeats who asked (`user`, `metadata`, `prompt_cache_key`): none of them is left out. */
const responses: BodyRules = {
  silent: new Set(envelope),
  defaults: new Map(),
  dropsNull: true,
  isSteady: (members) => isZero(members.get('"temperature"')),
  isOutward: (members) =>
    isSaid(members.get('"conversation"')) || hasBuiltIn(members.get('"tools"'), isCallersTool),
};

const messages: BodyRules = {
  silent: new Set(named('model', 'stream', 'metadata')),
  defaults: new Map(),
  dropsNull: false,
  isSteady: (members) => isZero(members.get('"temperature"')),
  isOutward: (members) =>
    isSaid(members.get('"mcp_servers"')) ||
    isSaid(members.get('"container"')) ||
    hasBuiltIn(members.get('"tools"'), isAnthropicCallersTool),
};

const generateContent: BodyRules = {
  silent: new Set(),
  defaults: new Map(),
  dropsNull: false,
  isSteady: (members) => {
    const generation = readCanonical(members.get('"generationConfig"') ?? members.get('"generation_config"'));
    return isObject(generation) && generation['temperature'] === 0;
  },
  isOutward: (members) => hasBuiltIn(members.get('"tools"'), isGeminiCallersTool),
};

/** What can be answered from a cache. An operation that is not here never is. */
const rules: Readonly<Partial<Record<Operation, Readonly<Partial<Record<Dialect, BodyRules>>>>>> = {
  chat: {
    'openai-chat': chatCompletions,
    'openai-responses': responses,
    'anthropic-messages': messages,
    gemini: generateContent,
  },
  completions: { 'openai-chat': completions },
  embeddings: { 'openai-chat': embeddings },
  moderations: { 'openai-chat': judgements },
  rerank: { 'openai-chat': judgements },
};

export function rulesOf(operation: Operation, dialect: Dialect): BodyRules | undefined {
  return rules[operation]?.[dialect];
}

/** The caller runs it itself, and what comes of it stands in the next question. */
function isCallersTool(tool: Readonly<Record<string, unknown>>): boolean {
  return tool['type'] === 'function' || tool['type'] === 'custom';
}

/** Without a type, or one of those that Anthropic describes and the caller runs. */
function isAnthropicCallersTool({ type }: Readonly<Record<string, unknown>>): boolean {
  if (type === undefined || type === null || type === 'custom') return true;
  return typeof type === 'string' && /^(?:bash|text_editor|computer|memory)_\d/.test(type);
}

function isGeminiCallersTool(tool: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(tool).every(
    (name) => name === 'functionDeclarations' || name === 'function_declarations',
  );
}

/** A tool that the provider runs by itself, a search say, or something that cannot be told. */
function hasBuiltIn(
  tools: string | undefined,
  isCallers: (tool: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  if (!isSaid(tools)) return false;
  const list = readCanonical(tools);
  return !Array.isArray(list) || !list.every((tool) => isObject(tool) && isCallers(tool));
}

function readCanonical(canonical: string | undefined): unknown {
  return canonical === undefined ? undefined : JSON.parse(canonical);
}

function named(...names: readonly string[]): string[] {
  return names.map((name) => `"${name}"`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
