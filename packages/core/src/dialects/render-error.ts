import { toGatewayError } from '../errors.ts';
import type { Dialect } from '../protocol/call.ts';
import { codecOf } from './load-codecs.ts';
import { type RenderedError, renderError as renderChatError } from './openai-chat/word-error.ts';
import { problemOf } from './shared/problem-of.ts';

/** The whole HTTP answer for an error of the gateway's own, in the caller's dialect. */
export function renderError(error: unknown, dialect: Dialect): RenderedError {
  const inChat = renderChatError(toGatewayError(error));
  if (dialect === 'openai-chat') return inChat;
  const problem = problemOf(error);
  // Its clients ask again after whatever else Anthropic has for what is used up.
  const isBill = dialect === 'anthropic-messages' && problem.kind === 'quota';
  const { status, body } = codecOf(dialect).renderError(isBill ? { ...problem, kind: 'billing' } : problem);
  return { status, headers: inChat.headers, body: Buffer.from(JSON.stringify(body)) };
}
