import { makeArguments } from './make-arguments.ts';
import type { Prompt, PromptTool } from './prompt.ts';
import type { ScriptedReply } from './scripted-reply.ts';

/** What the simulated model says by itself: a function of the request and the choice's index alone. */
export function decideReply(request: Prompt, choice: number): ScriptedReply {
  const last = request.messages.at(-1);
  const isForced = request.toolChoice !== 'auto';
  const tool = last?.role === 'tool' && !isForced ? undefined : chooseTool(request);
  if (tool !== undefined) return { toolCalls: [{ name: tool.name, arguments: argumentsFor(tool) }] };
  if (request.format.type === 'schema') {
    return { content: JSON.stringify(makeArguments(request.format.schema)) };
  }
  const text = last?.role === 'tool' ? repeatResults(request) : repeatUser(request, choice);
  return { content: request.format.type === 'json' ? JSON.stringify({ answer: text }) : text };
}

function argumentsFor({ name, parameters }: PromptTool): unknown {
  return parameters === undefined ? `input of ${name}` : makeArguments({ type: 'object', ...parameters });
}

/** The tool that the caller names, else the first. */
function chooseTool(request: Prompt): PromptTool | undefined {
  if (request.toolChoice === 'none') return undefined;
  return request.tools.find((tool) => tool.name === request.toolChoice) ?? request.tools[0];
}

function repeatUser(request: Prompt, choice: number): string {
  const text = request.messages.findLast((message) => message.role === 'user')?.text ?? '';
  return `You said${choice === 0 ? '' : ` (choice ${choice})`}: ${text}`;
}

/** The results of the tool messages at the end, in their order. */
function repeatResults(request: Prompt): string {
  const lastCall = request.messages.findLastIndex((message) => message.role !== 'tool');
  const results = request.messages.slice(lastCall + 1).map((message) => message.text);
  return `The tool answered: ${results.join('; ')}`;
}
