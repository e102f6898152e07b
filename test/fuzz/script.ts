import * as fc from 'fast-check';

/** What a model says, in no vendor's words, piece by piece. */
export type Saying =
  | { readonly kind: 'text'; readonly pieces: readonly string[] }
  | { readonly kind: 'reasoning'; readonly pieces: readonly string[] }
  /** The pieces together are the arguments, as JSON. */
  | { readonly kind: 'call'; readonly name: string; readonly pieces: readonly string[] };

/** One answer. */
export interface Script {
  /** Made into the id of the answer, and those of its calls. */
  readonly name: string;
  readonly sayings: readonly Saying[];
  readonly end: 'stop' | 'length' | 'calls';
}

/** What each piece holds in one place only, so that it can be found again whatever became of the rest. */
const token: RegExp = /<t\d+>/g;

export function tokensIn(text: string): readonly string[] {
  return text.match(token) ?? [];
}

interface Draft {
  readonly kind: Saying['kind'];
  /** What stands beside the tokens. */
  readonly words: readonly string[];
  /** Where the arguments of a call are cut, in thousandths. */
  readonly cuts: readonly number[];
}

/** Words that are something else elsewhere. */
const odd = [
  '',
  '0',
  ' ',
  '"',
  '\\',
  '\n\n',
  '\r\ndata: [DONE]\r\n\r\n',
  '"finish_reason":"stop"',
  '\u2028',
  'ü',
  '日本',
  '😀',
  // Half of one.
  '\ud83d',
];

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...odd) },
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);

const draft: fc.Arbitrary<Draft> = fc.record({
  kind: fc.constantFrom('text', 'text', 'reasoning', 'call'),
  words: fc.array(word, { minLength: 1, maxLength: 4 }),
  cuts: fc.array(fc.nat(999), { maxLength: 3 }),
});

/** `first`: the number of its first token. */
export function scripts(name: string, first: number): fc.Arbitrary<Script> {
  return fc
    .record({ drafts: fc.array(draft, { minLength: 1, maxLength: 4 }), isCutOff: fc.boolean() })
    .map(({ drafts, isCutOff }) => {
      let next = first;
      const sayings = drafts.map((one, index) => {
        const saying = toSaying(one, index, next);
        next += one.words.length;
        return saying;
      });
      const calls = sayings.some(({ kind }) => kind === 'call');
      return { name, sayings, end: calls ? 'calls' : isCutOff ? 'length' : 'stop' };
    });
}

function toSaying({ kind, words, cuts }: Draft, index: number, first: number): Saying {
  if (kind !== 'call') return { kind, pieces: words.map((said, at) => `${said}<t${first + at}>`) };
  const args = JSON.stringify(Object.fromEntries(words.map((said, at) => [`<t${first + at}>`, said])));
  return { kind, name: `tool_${index}`, pieces: cutText(args, cuts) };
}

/** Not within a token: then it could not be found in the stream. */
function cutText(text: string, cuts: readonly number[]): readonly string[] {
  const places = cuts.map((cut) => Math.floor((text.length * cut) / 1000)).toSorted((a, b) => a - b);
  const pieces: string[] = [];
  let from = 0;
  for (const place of places) {
    const within = [...text.matchAll(token)].find(
      ({ index, 0: found }) => place > index && place < index + found.length,
    );
    const at = within === undefined ? place : within.index;
    if (at <= from) continue;
    pieces.push(text.slice(from, at));
    from = at;
  }
  return [...pieces, text.slice(from)];
}
