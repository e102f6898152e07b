import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository: string = join(import.meta.dirname, '..', '..');

/** A fenced block of a page. */
export interface Block {
  /** Relative to the repository. */
  readonly file: string;
  readonly line: number;
  readonly language: string;
  /** What follows the language: `continues`, or `serves=/ai/v1`. */
  readonly marks: ReadonlyMap<string, string>;
  readonly code: string;
}

/** A table of a page: the cells of each row by the names of the columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** Everything that users read. */
export function pages(): string[] {
  return globSync(['README.md', 'CONTRIBUTING.md', 'docs/*.md', 'packages/*/README.md'], {
    cwd: repository,
  }).toSorted();
}

export function readPage(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

export function readBlocks(file: string): Block[] {
  const page = readPage(file);
  return [...page.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = '', 2: info = '', 3: text = '' }) => ({
      file,
      line: page.slice(0, index).split('\n').length,
      language,
      marks: new Map(info.trim().split(/\s+/).filter(Boolean).map(readMark)),
      code: text,
    }),
  );
}

function readMark(mark: string): [string, string] {
  const [name = '', value = ''] = mark.split('=');
  return [name, value];
}

/** The tables of a page; pass a column's name to have only those that have it. */
export function readTables(file: string, column: string): Table[] {
  const tables: Table[] = [];
  for (const [text] of readPage(file).matchAll(/(?:^\|.*\|$\n?)+/gm)) {
    const [head = [], , ...rows] = text.trim().split('\n').map(readCells);
    if (!head.includes(column)) continue;
    tables.push({
      columns: head,
      rows: rows.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? '']))),
    });
  }
  return tables;
}

function readCells(row: string): string[] {
  return row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

/** The text of a cell that is one piece of code. */
export function bare(cell: string | undefined): string {
  return cell?.replaceAll('`', '') ?? '';
}
