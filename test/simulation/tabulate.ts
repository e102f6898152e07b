import { type Figures, figuresOf } from './figures.ts';
import type { Run } from './simulate.ts';

const columns: readonly (readonly [title: string, cell: (figures: Figures, run: Run) => string])[] = [
  ['scenario', (_, { scenario }) => scenario.name],
  ['calls', ({ calls }) => String(calls)],
  ['answered', ({ answered }) => percent(answered)],
  ['p50 ms', ({ p50 }) => p50.toFixed(0)],
  ['p99 ms', ({ p99 }) => p99.toFixed(0)],
  ['attempts a call', ({ attemptsPerCall }) => attemptsPerCall.toFixed(3)],
  ['to the troubled', (figures, run) => (isAbout(run) ? percent(figures.troubledShare) : '')],
];

/** One line for each run. */
export function tabulate(runs: readonly Run[]): string {
  const lines = runs.map((run) => columns.map(([, cell]) => cell(figuresOf(run), run)));
  const all = [columns.map(([title]) => title), ...lines];
  const widths = columns.map((_, index) => Math.max(...all.map((line) => line[index]?.length ?? 0)));
  return all
    .map((line) => line.map((cell, index) => pad(cell, widths[index] ?? 0, index === 0)).join('   '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** It is about some of the targets, and not about all. */
export function isAbout({ scenario }: Run): boolean {
  return scenario.troubled.length < scenario.behaviours.length;
}

export const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const pad = (cell: string, width: number, isFirst: boolean): string =>
  isFirst ? cell.padEnd(width) : cell.padStart(width);
