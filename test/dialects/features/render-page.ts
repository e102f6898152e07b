import { columns } from './columns.ts';
import type { Table } from './tables.ts';

interface Tables {
  readonly asked: readonly Table[];
  readonly answered: readonly Table[];
  readonly failed: readonly Table[];
}

const introduction = `# Features

What becomes of each feature on its way from a caller to an upstream, and of the answer on its way back. The first column is what the
caller says or hears, in its own format; the others are the formats of upstreams. A test asks a real gateway for each of them and writes
these tables: \`npx vitest run --project fast test/dialects/features -u\`.

- **kept**: caller and upstream speak the same format, and the bytes pass as they are.
- **translated**: it is there, with the same meaning, in the upstream's words (or the caller's).
- **in part**: something of it has no words there, and is named in \`x-vector-dropped\`.
- **dropped**: the upstream's format has no words for it; its name stands in \`x-vector-dropped\`. With \`strict: true\` it is refused.
- **refused**: a 400 that names it, since the answer would be to another question.
- **—**: the caller's format, or the upstream's, has no words for it.

The upstreams are asked for ${models()}.
What only some models take is dropped, and named, where another is asked; what a vendor of OpenAI's format refuses of it, likewise. A
model's thoughts are shown to its own provider only: signed by another they would be refused.
`;

function models(): string {
  const names = [...new Set(columns.map(({ model }) => `\`${model}\``))];
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The page of the documentation. */
export function renderPage({ asked, answered, failed }: Tables): string {
  return [
    introduction,
    ...sections('What a caller asks for', asked),
    ...sections('What it hears', answered),
    ...sections('What went wrong', failed),
  ].join('\n');
}

function sections(title: string, tables: readonly Table[]): readonly string[] {
  return [
    `## ${title}\n`,
    ...tables.map((table) => `### ${title}: ${table.face.title}\n\n${renderTable(table)}`),
  ];
}

function renderTable({ rows }: Table): string {
  const lines = [
    ['Feature', ...columns.map((column) => column.title)],
    ...rows.map(({ name, fates }) => [name, ...fates.map(shortly)]),
  ];
  const widths = columns.map((_, index) => index + 1).map((index) => widest(lines, index));
  const all = [widest(lines, 0), ...widths];
  const [head = [], ...body] = lines.map((cells) => cells.map((cell, index) => cell.padEnd(all[index] ?? 0)));
  const border = all.map((width) => '-'.repeat(width));
  return `${[head, border, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** What is wrong with something that is lost is told by the test. */
function shortly(fate: string): string {
  return fate.startsWith('lost') ? 'LOST' : fate;
}

function widest(lines: readonly (readonly string[])[], index: number): number {
  return Math.max(...lines.map((cells) => cells[index]?.length ?? 0));
}
