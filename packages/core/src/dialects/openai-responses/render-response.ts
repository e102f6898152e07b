import type { AnswerHead } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { collectDrops } from '../shared/collect-drops.ts';
import { defined, fieldsOf, isObject, listOf } from '../shared/read.ts';
import { dialect, ownOf } from './own-extra.ts';
import { findInstructions } from './render-input.ts';
import { renderSettings } from './render-settings.ts';

/** What a response is made of beside its head and its echo of the request. */
export interface ResponseState {
  readonly status: 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: readonly JsonObject[];
  readonly incomplete_details?: JsonObject | null;
  readonly error?: JsonObject;
  readonly usage?: JsonObject | undefined;
}

/** The id of an answer: its own if it is one of this API's. */
function responseId(head: AnswerHead, { id }: AnswerContext): string {
  return head.id?.startsWith('resp_') === true ? head.id : `resp_${id}`;
}

/** A response object with every field that the SDK's type requires. `echo` is made once for all events of a stream. */
export function renderResponse(
  head: AnswerHead,
  { context, echo }: { readonly context: AnswerContext; readonly echo: JsonObject },
  state: ResponseState,
): JsonObject {
  return {
    id: responseId(head, context),
    object: 'response',
    created_at: head.created ?? context.now,
    status: state.status,
    completed_at: state.status === 'completed' ? Math.max(context.now, head.created ?? 0) : null,
    error: state.error ?? null,
    incomplete_details: state.incomplete_details ?? null,
    model: head.model ?? context.request.model,
    output: state.output,
    usage: state.usage ?? null,
    ...echo,
    service_tier: head.serviceTier ?? echo['service_tier'] ?? 'default',
    ...ownOf(head.extra),
  };
}

/** What an answer repeats of its question, with this API's defaults. */
export function echoRequest({ request }: AnswerContext): JsonObject {
  const settings = renderSettings(request, collectDrops(dialect));
  const said = (name: string, otherwise: Json): Json => settings[name] ?? otherwise;
  const conversation = settings['conversation'];
  return defined({
    access_programs: null,
    background: said('background', false),
    conversation: typeof conversation === 'string' ? { id: conversation } : conversation,
    instructions: findInstructions(request.messages[0]) ?? null,
    max_output_tokens: request.maxTokens ?? null,
    max_tool_calls: said('max_tool_calls', null),
    metadata: said('metadata', {}),
    parallel_tool_calls: said('parallel_tool_calls', true),
    previous_response_id: said('previous_response_id', null),
    prompt: settings['prompt'],
    prompt_cache_key: said('prompt_cache_key', null),
    prompt_cache_retention: said('prompt_cache_retention', null),
    reasoning: { effort: null, summary: null, ...fieldsOf(settings['reasoning']) },
    safety_identifier: said('safety_identifier', null),
    service_tier: settings['service_tier'],
    store: said('store', true),
    temperature: said('temperature', 1),
    text: { format: { type: 'text' }, verbosity: 'medium', ...fieldsOf(settings['text']) },
    tool_choice: said('tool_choice', 'auto'),
    tools: listOf(settings['tools']).map(withoutProof),
    top_logprobs: said('top_logprobs', 0),
    top_p: said('top_p', 1),
    truncation: said('truncation', 'disabled'),
    user: said('user', null),
  });
}

/** By what a server of tools knows its caller: it is not repeated in what may be kept, and asked for by others of the tenant. */
function withoutProof(tool: Json): Json {
  if (!isObject(tool) || tool['type'] !== 'mcp') return tool;
  const { authorization: _, headers: __, ...rest } = tool;
  return rest;
}
