import { makeArguments } from './make-arguments.ts';
import type { ChatRequest, ChatTool } from './read-chat-request.ts';
import type { ScriptedReply } from './scripted-reply.ts';

/** What the simulated model says by itself: a function of the request and the choice's index alone. */
export function decideReply(request: ChatRequest, choice: number): ScriptedReply {
  const last = request.messages.at(-1);
  const tool = last?.role === 'tool' ? undefined : chooseTool(request);
  if (tool !== undefined) {
    return { toolCalls: [{ name: tool.name, arguments: makeArguments(tool.parameters) }] };
  }
  if (request.format.type === 'schema') {
    return { content: JSON.stringify(makeArguments(request.format.schema)) };
  }
  const text = last?.role === 'tool' ? repeatResults(request) : repeatUser(request, choice);
  return { content: request.format.type === 'json' ? JSON.stringify({ answer: text }) : text };
}

/** The function that `tool_choice` names, else the first. */
function chooseTool(request: ChatRequest): ChatTool | undefined {
  if (request.toolChoice === 'none') return undefined;
  return request.tools.find((tool) => tool.name === request.toolChoice) ?? request.tools[0];
}

function repeatUser(request: ChatRequest, choice: number): string {
  const text = request.messages.findLast((message) => message.role === 'user')?.text ?? '';
  return `You said${choice === 0 ? '' : ` (choice ${choice})`}: ${text}`;
}

/** The results of the tool messages at the end, in their order. */
function repeatResults(request: ChatRequest): string {
  const lastCall = request.messages.findLastIndex((message) => message.role !== 'tool');
  const results = request.messages.slice(lastCall + 1).map((message) => message.text);
  return `The tool answered: ${results.join('; ')}`;
}
