import { detectorOf } from './guard/detect/detectors.ts';
import type { Search } from './guard/find-in-text.ts';
import { Redactor } from './guard/redactor.ts';
import { saidTexts } from './guard/said-texts.ts';
import { spliceText, walkJson } from './guard/walk-json.ts';
import type { Dialect, Operation } from './protocol/call.ts';
import { type DetectContext, kinds } from './protocol/finding.ts';

/** Something that was said, and how it is written. */
export interface KeptText {
  readonly text: string;
  /** `events` and `array`: a stream, in which words are cut anywhere. */
  readonly form: 'json' | 'events' | 'array' | 'plain';
  /** It is the beginning of something longer. */
  readonly isCut: boolean;
}

/** Nothing is asked of anybody. */
const context: DetectContext = {
  signal: new AbortController().signal,
  post: () => Promise.reject(new Error('nobody is asked')),
};

const known: Search = { mode: 'mask', detectors: kinds.map(detectorOf), detect: undefined };

/** Masks personal data and keys in what is kept. Rejects where it cannot be looked through. */
export async function redactContent(
  kept: KeptText,
  { operation, dialect }: { readonly operation: Operation; readonly dialect: Dialect },
  own: readonly Search[],
): Promise<string> {
  const redactor = new Redactor([known, ...own], context);
  if (kept.form === 'json') {
    const text = kept.isCut ? wholeLeaves(kept.text) : kept.text;
    const [edits = []] = await redactor.editJson([text], operation);
    return spliceText(text, edits);
  }
  if (kept.form === 'plain') return String(await redactor.redactTexts([['text', kept.text]]));
  const said = await saidTexts(kept.isCut ? wholeEvents(kept) : kept.text, {
    dialect,
    isArray: kept.form === 'array',
  });
  const masked = await redactor.redactTexts(said.map(({ type, text }) => [type, text]));
  return JSON.stringify({ texts: said.map((one, index) => ({ ...one, text: masked[index] ?? '' })) });
}

/** The beginning of a JSON text, up to the last string or number in it of which nothing is missing. */
function wholeLeaves(text: string): string {
  let last = { start: 0, end: 0 };
  walkJson(text, ({ start, end }) => {
    last = { start, end };
  });
  return last.end === text.length ? text.slice(0, last.start) : text;
}

function wholeEvents({ text, form }: KeptText): string {
  return form === 'array' ? text : text.slice(0, text.lastIndexOf('\n\n') + 2);
}
