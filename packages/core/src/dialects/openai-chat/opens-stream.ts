import { isObject, listOf, objectOf, parseJson } from '../shared/read.ts';
import { findError } from './find-error-text.ts';

/** What an event of a stream means while the caller has seen nothing of it yet. */
export type Opening =
  /** Nothing that the caller would miss: an empty or role-only chunk, a comment, a ping. */
  | { readonly kind: 'hold' }
  /** Content, or a proper end: the stream may be shown. */
  | { readonly kind: 'commit' }
  /** The provider reports an error in place of an answer. */
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'garbage' };

const hold: Opening = { kind: 'hold' };
const commit: Opening = { kind: 'commit' };

/** How most chunks look that hold content; those that look otherwise are read. */
const plainContent = /"delta": ?\{(?:"role": ?"assistant", ?)?"content": ?"[^"]/;

/** `data`: of one event, undefined for a comment. */
export function readOpening(data: string | undefined): Opening {
  if (data === undefined || data === '') return hold;
  if (data === '[DONE]') return commit;
  if (plainContent.test(data) && data.endsWith('}') && !data.includes('"error"')) return commit;
  const chunk = objectOf(parseJson(data));
  if (chunk === undefined) return { kind: 'garbage' };
  if (isContent(chunk['error'])) return { kind: 'error', error: chunk['error'] };
  const choices = listOf(chunk['choices']);
  if (choices.some(hasContent)) return commit;
  const error = choices.length === 0 ? findError(chunk) : undefined;
  return error === undefined ? hold : { kind: 'error', error };
}

function hasContent(choice: unknown): boolean {
  if (!isObject(choice)) return false;
  if (isContent(choice['finish_reason']) || isContent(choice['text'])) return true;
  const delta = choice['delta'];
  return isObject(delta) && Object.keys(delta).some((key) => key !== 'role' && isContent(delta[key]));
}

function isContent(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '';
}
