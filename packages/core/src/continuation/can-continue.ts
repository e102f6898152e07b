import { GatewayError } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import type { ChatRequest } from '../protocol/chat-request.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/**
 * Whether the answer will be a plain text that another model could go on with: streamed, one, without tools, structure or
 * numbers for its tokens. What is kept under an id at its provider's is not; nor is what names things kept elsewhere.
 */
export function isContinuable(call: Call): boolean {
  if (call.operation !== 'chat' || !call.stream || call.choices !== 1 || call.isBackground) return false;
  if (call.previousId !== undefined || namesItems(call)) return false;
  try {
    return asksForText(call.canonical());
  } catch {
    // What is wrong with it is its upstream's to say.
    return false;
  }
}

/** What came of looking them up is for those who need them: nobody waits for it here, so nobody may be told of its failure. */
function namesItems(call: Call): boolean {
  const items = call.resolveItems();
  items?.catch(() => {});
  return items !== undefined;
}

function asksForText({ tools, output, choices, logprobs, topLogprobs, extra }: ChatRequest): boolean {
  if (tools !== undefined && tools.length > 0) return false;
  if (output !== undefined && output.type !== 'text') return false;
  if ((choices ?? 1) !== 1 || logprobs === true || topLogprobs !== undefined) return false;
  return !Object.values(extra ?? {}).some(asksForMore);
}

/** Members of the dialects that bring tools, sounds, or what is kept at one provider only. */
const more = ['audio', 'container', 'conversation', 'functions', 'mcp_servers', 'prompt'];

function asksForMore(own: JsonObject): boolean {
  const { generationConfig } = own;
  return more.some((name) => isSaid(own[name])) || isMore(own['modalities']) || isFormed(generationConfig);
}

/** Gemini has the form of an answer in a place of its own. */
function isFormed(config: Json | undefined): boolean {
  if (!isObject(config)) return false;
  const { responseModalities, responseMimeType, responseSchema, responseJsonSchema } = config;
  const isPlain = responseMimeType === undefined || responseMimeType === 'text/plain';
  return !isPlain || isMore(responseModalities) || isSaid(responseSchema) || isSaid(responseJsonSchema);
}

/** Other kinds of answers than text. */
function isMore(modalities: Json | undefined): boolean {
  return Array.isArray(modalities) && modalities.some((kind) => String(kind).toLowerCase() !== 'text');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSaid(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

/** Whether a stream that died of this may be gone on with elsewhere: the upstream's failure, not its refusal to say more. */
export function isDeath(error: Error): error is GatewayError {
  if (!GatewayError.isInstance(error)) return false;
  const { code, details } = error;
  if (code === 'VE_UPSTREAM_STATUS') {
    const status = details.upstreamStatus ?? 0;
    return status >= 500 || status === 429;
  }
  return code === 'VE_UPSTREAM_RESET' || code === 'VE_UPSTREAM_TIMEOUT' || code === 'VE_UPSTREAM_PROTOCOL';
}
