import type { Figure } from './figures.ts';
import { SUBJECTS, type SubjectName } from './lineup.ts';
import type { Machine } from './machine.ts';
import type { Cell, Row } from './tabulate.ts';

/** A quantity with its unit, three digits. */
export function formatValue(value: number, unit: Figure['unit']): string {
  if (Number.isNaN(value)) return '-';
  if (unit === 'us') return Math.abs(value) >= 1_000 ? `${digits(value / 1_000)} ms` : `${digits(value)} us`;
  if (unit === 'ms') return `${digits(value)} ms`;
  if (unit === 'B') return `${digits(value / 1_024)} KB`;
  if (value >= 1_000_000) return `${digits(value / 1_000_000)} M/s`;
  return value >= 1_000 ? `${digits(value / 1_000)} k/s` : `${digits(value)} /s`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** What a cell says: the ratio to the floor, or the quantity where nothing is divided or it is the floor itself. */
export function formatCell({ comparison, unit }: Figure, subject: SubjectName, cell: Cell): string {
  if (comparison !== 'ratio') return formatValue(cell.compared, unit);
  return subject === 'floor' || Number.isNaN(cell.compared)
    ? formatValue(cell.value, unit)
    : cell.compared.toFixed(2);
}

function formatTargets({ better, comparison, targets = {}, unit }: Figure): string {
  const bounds = [...new Set(Object.values(targets))];
  if (bounds.length === 0) return '';
  const sign = better === 'less' ? '<=' : '>=';
  return `${sign} ${bounds.map((bound) => (comparison === 'ratio' ? bound : formatValue(bound, unit))).join(' / ')}`;
}

/** The table as it is printed: the floor in its own units, all others beside it, our targets and whether they hold. */
export function renderTable(rows: readonly Row[]): string {
  const shown = SUBJECTS.filter(({ name }) => rows.some(({ cells }) => cells[name] !== undefined));
  const lines = [
    ['', ...shown.map(({ label }) => label), 'target'],
    ...rows.map(({ figure, cells }) => [
      figure.label,
      ...shown.map(({ name }) => {
        const cell = cells[name];
        if (cell === undefined) return '';
        const text = formatCell(figure, name, cell);
        return cell.verdict === undefined ? text : `${text} ${cell.verdict}`;
      }),
      formatTargets(figure),
    ]),
  ];
  return alignColumns(lines);
}

/** The first column to the left, all others to the right. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Which figures did not reach their targets, in words. */
export function missesOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ figure, cells }) =>
    SUBJECTS.flatMap(({ label, name }) => {
      const cell = cells[name];
      if (cell?.verdict !== 'MISS') return [];
      return [`${label}: ${figure.label} ${formatCell(figure, name, cell)}, target ${formatTargets(figure)}`];
    }),
  );
}

export function renderMachine(machine: Machine): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Node ${machine.node} on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB`,
    versions.join(', '),
    machine.pinned
      ? 'Gateway alone on one core; load generator and simulated upstream, a process each, on another.'
      : 'Processes are not pinned to cores.',
    'Every body is unique; requests and whole answers of about 1 KB; streams in one HTTP chunk per event.',
    'Ratios are to the floor of the same round, "added" is beyond the upstream called directly; medians of all rounds.',
    'Time to first byte: gateway, load and upstream on one core, so that waking cores does not count.',
  ].join('\n');
}
