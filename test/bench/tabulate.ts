import { type Figure, type Verdict, verdict } from './figures.ts';
import { SUBJECTS, type SubjectName } from './lineup.ts';
import type { Samples } from './measure.ts';
import { median } from './statistics.ts';

export interface Cell {
  /** Median of all rounds, in the figure's unit. */
  readonly value: number;
  /** Median of what each round gave beside the floor or the direct way of the same round. */
  readonly compared: number;
  readonly verdict?: Verdict;
}

export interface Row {
  readonly figure: Figure;
  readonly cells: Partial<Readonly<Record<SubjectName, Cell>>>;
}

/** One row per figure that was measured, the subjects that were measured in it. */
export function tabulate(figures: readonly Figure[], measured: readonly Samples[]): Row[] {
  return figures
    .map((figure) => ({ figure, cells: cellsOf(figure, measured) }))
    .filter(({ cells }) => Object.keys(cells).length > 0);
}

function cellsOf(figure: Figure, measured: readonly Samples[]): Row['cells'] {
  const cells: Partial<Record<SubjectName, Cell>> = {};
  const against = valuesOf(measured, figure.comparison === 'added' ? 'direct' : 'floor', figure.id);
  for (const { name } of SUBJECTS) {
    const values = valuesOf(measured, name, figure.id);
    if (values.length === 0) continue;
    const value = median(values);
    const compared = median(values.map((own, round) => compare(figure, own, against[round])));
    const judged = verdict(figure, name, compared);
    cells[name] = { value, compared, ...(judged === undefined ? {} : { verdict: judged }) };
  }
  return cells;
}

function compare({ comparison }: Figure, own: number, other: number | undefined): number {
  if (comparison === 'absolute') return own;
  if (other === undefined) return Number.NaN;
  return comparison === 'ratio' ? own / other : own - other;
}

/** Below this share of its core a gateway under full load was held up by something else. */
const BUSY = 0.9;
const BUSY_FIGURES = ['whole-50.busy', 'whole-500.busy'];

/** Subjects that could not use their core: requests/s and latencies then tell of the machine. */
export function heldUp(measured: readonly Samples[]): string[] {
  return SUBJECTS.filter(({ name }) =>
    BUSY_FIGURES.some((id) => median(valuesOf(measured, name, id)) < BUSY),
  ).map(({ label }) => label);
}

function valuesOf(measured: readonly Samples[], subject: string, id: string): number[] {
  return measured
    .flatMap((samples) => samples.get(subject) ?? [])
    .map((sample) => sample[id])
    .filter((value) => value !== undefined);
}
