import type { Expansion, WishKind } from '../protocol/expansion.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/** Characters: what is longer is no description. */
const longest = 4000;

/** The question to the chat model, as Chat Completions has it. */
export function writeQuestion(wish: string, kind: WishKind, { model, instructions }: Expansion): JsonObject {
  return {
    model,
    messages: [
      { role: 'system', content: instructions(kind) },
      { role: 'user', content: wish },
    ],
  };
}

/** What the chat model made of a wish; undefined where that is nothing to go on with. */
export function readAnswer(answer: Json | undefined): string | undefined {
  const choice = first(member(answer, 'choices'));
  const said = member(member(choice, 'message'), 'content');
  const text = typeof said === 'string' ? said.trim() : '';
  return text === '' || member(choice, 'finish_reason') !== 'stop'
    ? undefined
    : text.slice(0, longest).trimEnd();
}

function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value[0] : undefined;
}
