import type { Asked } from './ask.ts';
import type { Column } from './columns.ts';
import type { Face } from './faces.ts';
import { fits, type Pattern } from './fits.ts';

/**
 * What becomes of a feature. `lost`, with what is wrong, is a defect; the others are what the documentation promises. A dash: the
 * upstream's dialect, or the caller's, has no words for it at all.
 */
export type Fate = 'kept' | 'translated' | 'in part' | 'dropped' | 'refused' | '—' | `lost: ${string}`;

/** From whom to whom. */
export interface Way {
  readonly face: Face;
  readonly column: Column;
}

interface Wish {
  /** What an upstream has received that understood it. */
  readonly heard: Pattern | undefined;
  /** The names under which it may be named as left out. */
  readonly told: RegExp;
}

/** Of something that is asked for. */
export function fateOfWish({ heard, told }: Wish, { face, column }: Way, asked: Asked): Fate {
  const { dropped, status, answer, received, receivedText } = asked;
  const strange = dropped.filter((name) => !told.test(name));
  if (strange.length > 0) return `lost: ${strange.join(', ')} named, and not asked for`;
  if (status === 400 && receivedText === '') return refusalOf(answer, told);
  if (status !== 200) return `lost: ${status} ${answer}`;
  if (face.dialect === column.dialect) {
    const expected = asked.sent.replace('"model":"any"', `"model":"${column.model}"`);
    return receivedText === expected ? 'kept' : `lost: other bytes, ${receivedText}`;
  }
  if (heard !== undefined && fits(received, heard)) return dropped.length === 0 ? 'translated' : 'in part';
  return dropped.length > 0 ? 'dropped' : `lost: ${receivedText}`;
}

function refusalOf(answer: string, told: RegExp): Fate {
  const { error } = JSON.parse(answer) as { error: { param?: string; message: string } };
  const named = error.param ?? /'([^']+)'/.exec(error.message)?.[1] ?? '';
  return told.test(named) ? 'refused' : `lost: refused by another name, ${answer}`;
}

/** Of something that an answer holds; `said` is the upstream's, byte for byte. */
export function fateOfAnswer(
  { said, heard }: { readonly said: string; readonly heard: Pattern | undefined },
  { face, column }: Way,
  { status, answer }: Asked,
): Fate {
  if (status !== 200) return `lost: ${status} ${answer}`;
  if (face.dialect === column.dialect) return answer === said ? 'kept' : `lost: other bytes, ${answer}`;
  if (heard === undefined) return '—';
  return fits(JSON.parse(answer), heard) ? 'translated' : `lost: ${answer}`;
}
