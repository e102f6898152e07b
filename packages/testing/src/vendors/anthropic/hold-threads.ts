import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import { type AnthropicProblem, invalid, notFound } from './anthropic-errors.ts';

/**
 * Conversations that the service holds between turns (beta `message-threads-2026-08-12`): a turn names the message that
 * it goes on from and sends only what is new. The `toolRunner` of @anthropic-ai/sdk 1.11.0 works this way by itself.
 */
export interface Threads {
  /** The whole conversation of a request that goes on with a thread; any other request as it is. */
  resume(body: JsonObject): { readonly body: JsonObject } | AnthropicProblem;
  wants(body: JsonObject): boolean;
  /** Keeps what was asked and answered, where the request `wants` that. */
  keep(body: JsonObject, id: string, content: readonly JsonObject[]): void;
}

interface Kept {
  readonly fixed: JsonObject;
  readonly messages: readonly unknown[];
  isContinued: boolean;
}

export function holdThreads(): Threads {
  const kept = new Map<string, Kept>();
  return {
    resume({ thread, ...body }) {
      if (!isJsonObject(thread) || thread.type !== 'continue') return { body: withThread(body, thread) };
      const id = readString(thread.previous_message_id) ?? '';
      const before = kept.get(id);
      if (before === undefined) return withCode(notFound(`thread: no message ${id}`), 'thread_not_found');
      if (before.isContinued) {
        return withCode(invalid(`thread: ${id} was already continued`), 'thread_already_continued');
      }
      const repeated = ['system', 'tools'].find((name) => body[name] !== undefined);
      if (repeated !== undefined) {
        const problem = invalid(`${repeated}: cannot be changed on a thread`);
        return withCode(problem, 'thread_fingerprint_mismatch');
      }
      before.isContinued = true;
      const messages = [...before.messages, ...readList(body.messages)];
      return { body: withThread({ ...body, ...before.fixed, messages }, thread) };
    },
    wants: ({ thread }) => isJsonObject(thread),
    keep({ system, tools, messages }, id, content) {
      const reply = content.length === 0 ? [] : [{ role: 'assistant', content }];
      kept.set(id, {
        fixed: { ...(system === undefined ? {} : { system }), ...(tools === undefined ? {} : { tools }) },
        messages: [...readList(messages), ...reply],
        isContinued: false,
      });
    },
  };
}

function withThread(body: JsonObject, thread: unknown): JsonObject {
  return thread === undefined ? body : { ...body, thread };
}

function withCode(problem: AnthropicProblem, code: string): AnthropicProblem {
  return { ...problem, details: { error_code: code } };
}
