import { errors } from './answers/errors.ts';
import { answerFeatures } from './answers/features.ts';
import { openAsking } from './ask.ts';
import { type Column, columns } from './columns.ts';
import { type Face, faces } from './faces.ts';
import { type Fate, fateOfAnswer, fateOfWish } from './fate.ts';
import { fits } from './fits.ts';
import { features } from './requests/features.ts';
import { seal, thoughtful, turns } from './turns.ts';

/** A feature, and what becomes of it at each upstream, in the order of the columns. */
export interface Row {
  readonly name: string;
  readonly fates: readonly Fate[];
}

export interface Table {
  readonly face: Face;
  readonly rows: readonly Row[];
}

const json = { 'content-type': 'application/json' };

type Cell = (face: Face, column: Column) => Promise<Fate>;

async function rowOf(face: Face, name: string, cell: Cell): Promise<Row> {
  const fates: Fate[] = [];
  for (const column of columns) fates.push(await cell(face, column));
  return { name, fates };
}

/** What can be asked for, of each caller. */
export async function askForAll(): Promise<readonly Table[]> {
  const askings = await Promise.all(
    columns.map((column) => openAsking(column, { headers: json, body: JSON.stringify(column.answer) })),
  );
  try {
    const asking = new Map(columns.map((column, index) => [column, askings[index]]));
    const tables: Table[] = [];
    for (const face of faces) {
      const rows: Row[] = [];
      for (const { name, said, heard, told } of features) {
        const fields = said[face.dialect];
        if (fields === undefined) continue;
        const cell: Cell = async (from, column) => {
          const asked = await asking.get(column)?.ask(from, fields);
          if (asked === undefined) throw new Error(`${column.title} was not opened`);
          return fateOfWish({ heard: heard[column.dialect], told }, { face: from, column }, asked);
        };
        rows.push(await rowOf(face, name, cell));
      }
      tables.push({ face, rows });
    }
    return tables;
  } finally {
    await Promise.all(askings.map((each) => each[Symbol.asyncDispose]()));
  }
}

/** What an answer can hold, for each caller. */
export async function answerAll(): Promise<readonly Table[]> {
  const tables: Table[] = [];
  for (const face of faces) {
    const rows: Row[] = [await rowOf(face, 'Signatures of thoughts, given back after a tool', goOn)];
    for (const { name, asked = {}, said, heard } of answerFeatures) {
      const cell: Cell = async (to, column) => {
        const body = said[column.dialect];
        if (body === undefined) return '—';
        const text = JSON.stringify(body);
        await using asking = await openAsking(column, { headers: json, body: text });
        const answered = await asking.ask(to, asked[to.dialect] ?? {});
        return fateOfAnswer({ said: text, heard: heard[to.dialect] }, { face: to, column }, answered);
      };
      rows.push(await rowOf(face, name, cell));
    }
    // What a dialect has no words for at all is no row of its table.
    tables.push({ face, rows: rows.filter(({ fates }) => fates.some((fate) => fate !== '—')) });
  }
  return tables;
}

/** Two turns of a conversation: what the provider sealed in the first must be in the second. */
const goOn: Cell = async (face, column) => {
  const body = JSON.stringify(thoughtful[column.dialect]);
  await using asking = await openAsking(column, { headers: json, body });
  const { first, next } = turns[face.dialect];
  const { answer } = await asking.ask(face, first);
  const second = await asking.ask(face, next(JSON.parse(answer) as never));
  return second.receivedText.includes(JSON.stringify(seal)) ? 'kept' : `lost: ${second.receivedText}`;
};

/** What can go wrong, for each caller. */
export async function failAll(): Promise<readonly Table[]> {
  const tables: Table[] = [];
  for (const face of faces) {
    const rows: Row[] = [];
    for (const { name, said, heard } of errors) {
      const cell: Cell = async (to, column) => {
        const { status, headers, body } = said[column.dialect];
        const text = JSON.stringify(body);
        await using asking = await openAsking(column, {
          status,
          headers: { ...json, ...headers },
          body: text,
        });
        const failed = await asking.ask(to, {});
        if (to.dialect === column.dialect && failed.answer === text) return 'kept';
        const expected = heard[to.dialect];
        const isTold = failed.status === expected.status && fits(JSON.parse(failed.answer), expected.body);
        return isTold ? 'translated' : `lost: ${failed.status} ${failed.answer}`;
      };
      rows.push(await rowOf(face, name, cell));
    }
    tables.push({ face, rows });
  }
  return tables;
}
