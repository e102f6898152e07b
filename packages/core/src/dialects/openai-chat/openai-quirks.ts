import type { ChatQuirks } from './quirks.ts';

const reasoners = /^(o\d|gpt-5(?!-chat)|gpt-[6-9])/;
/** The o series and the first GPT-5 always reason. */
const early = /^(o\d|gpt-5($|-(mini|nano|pro|codex|20)))/;

const sampling = ['temperature', 'top_p', 'logprobs', 'top_logprobs'];

/**
 * What api.openai.com takes in Chat Completions: it refuses fields that it does not know.
 *
 * https://developers.openai.com/api/docs/guides/reasoning and /guides/latest-model (parameter compatibility); the types of
 * the `openai` package for `max_tokens` and `stop`; the efforts by model are those that other official clients send.
 */
export const openaiQuirks: ChatQuirks = {
  refuses: ['top_k'],
  reasoningHistory: 'none',
  reasoningDetails: false,
  cacheMarks: 'none',
  wantsJsonWord: true,
  alwaysAsksUsage: true,
  maxStops: 4,
  models: [
    { models: /^(gpt-[34]|chatgpt)/, reasoning: 'none', refuses: ['verbosity'] },
    { models: /^gpt-4o(-mini)?-search/, refuses: ['temperature'] },
    { models: /^o\d/, refuses: ['parallel_tool_calls', 'verbosity'], efforts: ['low', 'medium', 'high'] },
    { models: /^gpt-5($|-(mini|nano|20))/, efforts: ['minimal', 'low', 'medium', 'high'] },
    { models: /^gpt-5\.1($|-(mini|20))/, efforts: ['none', 'low', 'medium', 'high'] },
    {
      models: /^gpt-5\.([2-9]|\d\d)($|-(mini|nano|sol|luna|terra|20))/,
      efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
    },
    { models: /^gpt-[6-9]/, efforts: ['low', 'medium', 'high', 'xhigh'] },
    { models: /^gpt-6(\.1-terra|-luna|-sol)/, efforts: ['none', 'low', 'medium', 'high', 'xhigh'] },
    { models: reasoners, refuses: ['frequency_penalty', 'presence_penalty', 'logit_bias'] },
    { models: early, refuses: [...sampling, 'stop'] },
    // They do not reason unless they are asked to,
    { models: /^gpt-5\.[1-4]/, when: 'reasoning', refuses: [...sampling, 'stop'] },
    // these do,
    { models: /^(gpt-5\.([5-9]|\d\d)|gpt-6)/, when: 'maybe-reasoning', refuses: [...sampling, 'stop'] },
    // and these cannot be told not to.
    { models: /^gpt-([7-9]|6(?!\.1-terra|-luna|-sol))/, refuses: [...sampling, 'stop'] },
    // No functions while they reason, which only Responses lets them do.
    { models: /^gpt-5\.([6-9]|\d\d)/, when: 'tools', efforts: ['none'], adds: { reasoning_effort: 'none' } },
  ],
};
