import type { ChatRequest, OutputFormat } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderEffort } from './convert-effort.ts';
import { ownExtra } from './own-extra.ts';
import { asObject, compact, isEmpty, optional } from './read.ts';
import { renderInclude } from './render-include.ts';
import { renderToolChoice, renderTools } from './render-tools.ts';

/** Fewer are refused. */
const leastOutputTokens = 16;

/** Everything of a request but what is said in it: an answer repeats this too. */
export function renderSettings(request: ChatRequest, dropped: Set<string>): JsonObject {
  const { text, reasoning, include: _, ...own } = ownExtra(request.extra);
  const { tools, toolChoice, maxTokens, user } = request;
  return compact({
    tools: tools && renderTools(tools, dropped),
    tool_choice: toolChoice && renderToolChoice(toolChoice, tools),
    parallel_tool_calls: request.parallelToolCalls,
    text: filled({
      ...optional('format', request.output && renderFormat(request.output)),
      ...optional('verbosity', request.verbosity),
      ...asObject(text),
    }),
    reasoning: filled({ ...renderReasoning(request), ...asObject(reasoning) }),
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

function filled(fields: JsonObject): JsonObject | undefined {
  return isEmpty(fields) ? undefined : fields;
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
  return compact({ type: 'json_schema', name, description, schema, strict: isStrict });
}

/** Names what this API has no parameter for. A value that changes nothing is no loss. */
export function nameMissing(request: ChatRequest, dropped: Set<string>): void {
  const { logitBias = {}, stop = [], choices = 1, frequencyPenalty = 0, presencePenalty = 0 } = request;
  if (request.topK !== undefined) dropped.add('top_k');
  if (frequencyPenalty !== 0) dropped.add('frequency_penalty');
  if (presencePenalty !== 0) dropped.add('presence_penalty');
  if (request.seed !== undefined) dropped.add('seed');
  if (stop.length > 0) dropped.add('stop');
  if (!isEmpty(logitBias)) dropped.add('logit_bias');
  if (choices > 1) dropped.add('n');
}
