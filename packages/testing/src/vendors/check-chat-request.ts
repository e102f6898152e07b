import { readChatRequest } from '../replies/read-chat-request.ts';
import type { JsonObject } from '../wire/read-json.ts';
import type { Complaint } from './dialect.ts';

/** What OpenAI refuses about a chat request's messages, in its words; undefined when all is well. */
export function checkChatRequest(body: JsonObject): Complaint | undefined {
  const { messages } = body;
  if (messages === undefined) {
    return invalid("Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter');
  }
  if (!Array.isArray(messages)) {
    const kind = messages === null ? 'null' : `a ${typeof messages}`;
    return invalid(
      `Invalid type for 'messages': expected an array of objects, but got ${kind} instead.`,
      'messages',
      'invalid_type',
    );
  }
  if (messages.length === 0) {
    return invalid(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  }
  return checkToolMessages(body) ?? checkJsonMode(body);
}

/** Every tool call is answered by the messages right after it, and every tool message answers one. */
function checkToolMessages(body: JsonObject): Complaint | undefined {
  let open = new Set<string>();
  for (const [index, message] of readChatRequest(body).messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(message.toolCallId ?? '')) {
        return invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          `messages.[${index}].role`,
        );
      }
      continue;
    }
    if (open.size > 0) return unanswered(open, index);
    open = new Set(message.toolCalls.map((call) => call.id));
  }
  return open.size > 0 ? unanswered(open, readChatRequest(body).messages.length) : undefined;
}

function unanswered(open: ReadonlySet<string>, index: number): Complaint {
  return invalid(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    `messages.[${index}].role`,
  );
}

function checkJsonMode(body: JsonObject): Complaint | undefined {
  const { format, messages } = readChatRequest(body);
  if (format.type !== 'json' || messages.some((message) => /json/i.test(message.text))) return undefined;
  return invalid(
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    'messages',
  );
}

function invalid(message: string, param: string, code: string | null = null): Complaint {
  return { type: 'parameter-invalid', message, param, code };
}
