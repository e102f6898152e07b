import type { Detect, Finding } from '../protocol/finding.ts';

export interface PresidioOptions {
  /** Of the analyzer, up to `/analyze`: `http://127.0.0.1:5002`. */
  readonly url: string;
  /** In which texts are written. Default `en`. */
  readonly language?: string;
  /** What is looked for: `PERSON`, `LOCATION`. Default: all that the analyzer knows. */
  readonly entities?: readonly string[];
  /** From 0 to 1: how sure it has to be. Default 0.5. */
  readonly minimumScore?: number;
}

/**
 * Asks a Presidio analyzer (https://microsoft.github.io/presidio/api-docs/api-docs.html) what is in a text that no pattern
 * finds: names of people and places, say. The kind of a finding is its entity type: `PERSON` is `person`.
 */
export function presidio(options: PresidioOptions): Detect {
  const { url, language = 'en', entities, minimumScore = 0.5 } = options;
  const address = `${url.replace(/\/+$/, '')}/analyze`;
  // Told here, where the operator wrote it.
  if (!URL.canParse(address) || !/^https?:/.test(url))
    throw new TypeError('presidio: url must be an address: http://127.0.0.1:5002');
  return async (text, { post }) => {
    const asked = { text, language, score_threshold: minimumScore, ...(entities && { entities }) };
    const answer = await post(address, asked);
    if (!Array.isArray(answer)) throw new Error('the analyzer does not answer with a list');
    const offsets = text.isWellFormed() && !hasPairs.test(text) ? undefined : offsetsOf(text);
    return answer.map((found: unknown) => readFinding(found, offsets)).filter(isOver(minimumScore));
  };
}

const hasPairs = /[\ud800-\udfff]/;

interface Scored extends Finding {
  readonly score: number;
}

function isOver(least: number): (finding: Scored) => boolean {
  return ({ score }) => score >= least;
}

/** Python counts code points. */
function offsetsOf(text: string): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const character of text) {
    offsets.push(at);
    at += character.length;
  }
  return [...offsets, at];
}

function readFinding(found: unknown, offsets: readonly number[] | undefined): Scored {
  if (typeof found !== 'object' || found === null)
    throw new Error('the analyzer has found something that is no object');
  const { entity_type: type, start, end, score }: Record<string, unknown> = { ...found };
  if (
    typeof type !== 'string' ||
    typeof start !== 'number' ||
    typeof end !== 'number' ||
    typeof score !== 'number'
  )
    throw new Error('the analyzer does not say what it has found, or where');
  const place = (at: number): number => (offsets === undefined ? at : (offsets[at] ?? Number.NaN));
  return { kind: type.toLowerCase().replaceAll('_', '-'), start: place(start), end: place(end), score };
}
