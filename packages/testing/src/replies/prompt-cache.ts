import { hexOf } from '../wire/hash-text.ts';

/** A piece of a prompt in the order in which the model reads it. */
export interface PromptPiece {
  /** What makes it the same as another. */
  readonly content: string;
  readonly tokens: number;
  /** The caller marks the prompt up to here for the cache: for how long it is to be kept. */
  readonly keep?: '5m' | '1h' | undefined;
}

/** Tokens of a prompt by where they come from; together they are the whole prompt. */
export interface CacheCount {
  readonly read: number;
  readonly written: Readonly<Record<'5m' | '1h', number>>;
  readonly fresh: number;
}

/** Remembers beginnings of prompts, as Anthropic and Bedrock do where the caller marks them. Nothing expires. */
export interface PromptCache {
  count(pieces: readonly PromptPiece[]): CacheCount;
}

/** Shorter beginnings are not kept, without an error: https://platform.claude.com/docs/en/build-with-claude/prompt-caching. */
const leastTokens = 1024;

export function createPromptCache(): PromptCache {
  const known = new Set<string>();
  return {
    count(pieces) {
      let name = '';
      let total = 0;
      let read = 0;
      let knownUntil = 0;
      const marks: { readonly name: string; readonly end: number; readonly keep: '5m' | '1h' }[] = [];
      for (const piece of pieces) {
        name = hexOf(`${name} ${piece.content}`, 32);
        total += piece.tokens;
        if (known.has(name)) knownUntil = total;
        if (piece.keep !== undefined && total >= leastTokens) {
          marks.push({ name, end: total, keep: piece.keep });
          // A mark finds what an earlier request has kept before it, marked again or not.
          read = knownUntil;
        }
      }
      const written = { '5m': 0, '1h': 0 };
      let start = read;
      for (const mark of marks.filter(({ end }) => end > read)) {
        written[mark.keep] += mark.end - start;
        start = mark.end;
        known.add(mark.name);
      }
      return { read, written, fresh: total - start };
    },
  };
}
