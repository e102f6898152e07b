import { isJsonObject, type JsonObject, readList } from '../../wire/read-json.ts';

interface Origin {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
}

/** The fields of a response that repeat what was asked, with OpenAI's defaults where nothing was. */
export function renderHead(body: JsonObject, { id, created, model }: Origin): JsonObject {
  const text = isJsonObject(body.text) ? body.text : {};
  const reasoning = isJsonObject(body.reasoning) ? body.reasoning : {};
  return {
    id,
    object: 'response',
    created_at: created,
    status: 'in_progress',
    background: body.background ?? false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    model,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    prompt_cache_key: body.prompt_cache_key ?? null,
    prompt_cache_retention: body.prompt_cache_retention ?? null,
    reasoning: { effort: reasoning.effort ?? null, summary: reasoning.summary ?? null },
    safety_identifier: body.safety_identifier ?? null,
    service_tier: body.service_tier ?? 'auto',
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: text.format ?? { type: 'text' }, verbosity: text.verbosity ?? 'medium' },
    tool_choice: body.tool_choice ?? 'auto',
    tools: readList(body.tools).filter(isJsonObject).map(renderTool),
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage: null,
    user: body.user ?? null,
    metadata: body.metadata ?? {},
  };
}

function renderTool(tool: JsonObject): JsonObject {
  if (tool.type !== 'function') return tool;
  const { type, description = null, name, parameters = null, strict, ...rest } = tool;
  return { type, description, name, parameters, strict: strict ?? true, ...rest };
}
