import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AllQuirks, ChatQuirks, ModelQuirk } from './quirks.ts';
import { isOff } from './render-reasoning-option.ts';

/** The dialect at its widest: every field that any member knows, under OpenAI's name. */
const defaultQuirks: AllQuirks = {
  maxTokens: 'max_completion_tokens',
  refuses: [],
  renames: {},
  adds: {},
  temperatures: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  maxStops: Number.POSITIVE_INFINITY,
  developerRole: true,
  messageNames: true,
  joinsText: false,
  toolMedia: false,
  bridgesResults: false,
  callIds: 'any',
  continues: 'none',
  assistantImages: false,
  reasoningHistory: 'reasoning_content',
  needsReasoning: false,
  reasoningDetails: true,
  reasoning: 'reasoning_effort',
  reasoningSize: 'budget',
  efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
  maxBudget: Number.POSITIVE_INFINITY,
  output: 'json_schema',
  wantsJsonWord: false,
  strictTools: true,
  customTools: true,
  toolChoices: ['none', 'required', 'named', 'allowed_tools'],
  cacheMarks: 'cache_control',
  documentUrls: 'none',
  alwaysAsksUsage: false,
};

/** What a member takes in one request. */
export function resolveQuirks({ models = [], ...quirks }: ChatQuirks = {}, request: ChatRequest): AllQuirks {
  const fitting = models.filter((row) => fits(row, request));
  const all: AllQuirks = { ...defaultQuirks, ...quirks };
  return fitting.reduce<AllQuirks>(
    (known, { models: _models, when: _when, ...more }) => ({
      ...known,
      ...more,
      refuses: [...known.refuses, ...(more.refuses ?? [])],
      adds: { ...known.adds, ...more.adds },
    }),
    all,
  );
}

function fits({ models, when }: ModelQuirk, request: ChatRequest): boolean {
  if (models !== undefined && !models.test(request.model)) return false;
  switch (when) {
    case 'reasoning':
      return asksForReasoning(request);
    case 'maybe-reasoning':
      return request.reasoning === undefined || !isOff(request.reasoning);
    case 'tools':
      return request.tools !== undefined && request.tools.length > 0;
    case 'whole':
      return !request.stream;
    default:
      return true;
  }
}

function asksForReasoning({ reasoning = {} }: ChatRequest): boolean {
  return (reasoning.effort !== undefined || reasoning.budget !== undefined) && !isOff(reasoning);
}
