import type { ChatRequest, OutputFormat } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { defined, fieldsOf, filled, isEmpty, optional } from '../shared/read.ts';
import { renderEffort } from './convert-effort.ts';
import { ownOf } from './own-extra.ts';
import { renderInclude } from './render-include.ts';
import { renderToolChoice, renderTools } from './render-tools.ts';

/** Fewer are refused. */
const leastOutputTokens = 16;

/** Everything of a request but what is said in it: an answer repeats this too. */
export function renderSettings(request: ChatRequest, drops: Drops): JsonObject {
  const { text, reasoning, include: _, ...own } = ownOf(request.extra);
  const { tools, toolChoice, maxTokens, user } = request;
  return defined({
    tools: tools && renderTools(tools, drops),
    tool_choice: toolChoice && renderToolChoice(toolChoice, tools),
    parallel_tool_calls: request.parallelToolCalls,
    text: filled({
      ...optional('format', request.output && renderFormat(request.output)),
      ...optional('verbosity', request.verbosity),
      ...fieldsOf(text),
    }),
    reasoning: filled({ ...renderReasoning(request), ...fieldsOf(reasoning) }),
    include: renderInclude(request),
    max_output_tokens: maxTokens === undefined ? undefined : Math.max(maxTokens, leastOutputTokens),
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.topLogprobs,
    service_tier: request.serviceTier,
    metadata: request.metadata,
    safety_identifier: own['user'] === undefined ? user : undefined,
    prompt_cache_key: request.cacheKey,
    store: request.store,
    ...own,
  });
}

function renderReasoning({ reasoning = {} }: ChatRequest): JsonObject {
  const { summary } = reasoning;
  return {
    ...optional('effort', renderEffort(reasoning)),
    // Nothing is shown unless it is asked for.
    ...(summary === undefined || summary === 'none' ? {} : { summary }),
  };
}

function renderFormat(output: OutputFormat): JsonObject {
  if (output.type === 'text') return { type: 'text' };
  if (output.type === 'json') return { type: 'json_object' };
  const { name, schema, description, isStrict } = output;
  return defined({ type: 'json_schema', name, description, schema, strict: isStrict });
}

/** Names what this API has no parameter for. A value that changes nothing is no loss. */
export function nameMissing(request: ChatRequest, drops: Drops): void {
  const { logitBias = {}, stop = [], choices = 1, frequencyPenalty = 0, presencePenalty = 0 } = request;
  if (request.topK !== undefined) drops.add('top_k');
  if (frequencyPenalty !== 0) drops.add('frequency_penalty');
  if (presencePenalty !== 0) drops.add('presence_penalty');
  if (request.seed !== undefined) drops.add('seed');
  if (stop.length > 0) drops.add('stop');
  if (!isEmpty(logitBias)) drops.add('logit_bias');
  if (choices > 1) drops.add('n');
}
