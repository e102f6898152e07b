import type { Figure } from './figures.ts';
import { SUBJECTS, type SubjectEntry } from './lineup.ts';
import { formatCell } from './report.ts';
import type { Cell, Row } from './tabulate.ts';

const CHARTED = [
  'whole-50.cpu',
  'whole-500.cpu',
  'stream-setup.cpu',
  'chunk.cpu',
  'burst.rate',
  'first-byte.p50',
  'memory.managed',
];

const COLUMNS = 2;
const PANEL_WIDTH = 440;
const BAR_HEIGHT = 16;
const BAR_STEP = 22;
const PANEL_HEAD = 48;
const PANEL_HEIGHT = PANEL_HEAD + SUBJECTS.length * BAR_STEP + 24;
const LABEL_WIDTH = 92;
const VALUE_WIDTH = 64;
const BAR_WIDTH = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH;
const MARGIN = 24;
const HEAD = 80;
const LEGEND =
  'floor: bare node:http and undici. h-p-m: http-proxy-middleware in Express 5. usual: Express 5, express.json(), fetch, web streams.';
/** Bars longer than so many times the floor's are cut, or nothing could be seen of the others. */
const LONGEST = 8;

const COLOURS = {
  ours: '#2563eb',
  floor: '#475569',
  others: '#cbd5e1',
  target: '#dc2626',
  text: '#0f172a',
  faint: '#64748b',
};

/** A bar chart of the main figures, one panel each; the targets are ticks on our bars. */
export function renderChart(rows: readonly Row[], subtitle: string): string {
  const charted = rows.filter(({ figure }) => CHARTED.includes(figure.id));
  const width = COLUMNS * (PANEL_WIDTH + MARGIN) + MARGIN;
  const height = HEAD + Math.ceil(charted.length / COLUMNS) * PANEL_HEIGHT + MARGIN;
  const panels = charted.map((row, index) => {
    const x = MARGIN + (index % COLUMNS) * (PANEL_WIDTH + MARGIN);
    const y = HEAD + Math.floor(index / COLUMNS) * PANEL_HEIGHT;
    return `<g transform="translate(${x} ${y})">${renderPanel(row)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" role="img" aria-label="Benchmark of Vector Engine">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text('What a gateway costs', { x: MARGIN, y: 30, size: 18, weight: 600 }),
    text(subtitle, { x: MARGIN, y: 50, size: 11, colour: COLOURS.faint }),
    text(LEGEND, { x: MARGIN, y: 66, size: 11, colour: COLOURS.faint }),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function renderPanel({ figure, cells }: Row): string {
  const bars = SUBJECTS.flatMap((entry) => {
    const cell = cells[entry.name];
    return cell === undefined ? [] : [{ entry, cell, length: lengthOf(cell) }];
  });
  const floor = cells.floor === undefined ? Number.NaN : lengthOf(cells.floor);
  const cut = figure.better === 'less' && floor > 0 ? floor * LONGEST : Number.POSITIVE_INFINITY;
  const longest = Math.min(
    cut,
    Math.max(...bars.map(({ length }) => length), ...Object.values(figure.targets ?? {})),
  );
  return [
    text(capitalised(figure.label), { x: 0, y: 16, size: 13, weight: 600 }),
    text(explain(figure), { x: 0, y: 33, size: 11, colour: COLOURS.faint }),
    ...bars.map((bar, index) => renderBar(figure, bar, { longest, y: PANEL_HEAD + index * BAR_STEP })),
  ].join('\n');
}

interface Bar {
  readonly entry: SubjectEntry;
  readonly cell: Cell;
  readonly length: number;
}

function renderBar(figure: Figure, { cell, entry, length }: Bar, at: { longest: number; y: number }): string {
  const scale = BAR_WIDTH / at.longest;
  const drawn = round(Math.max(1, Math.min(length, at.longest) * scale));
  const colour = entry.ours ? COLOURS.ours : entry.name === 'floor' ? COLOURS.floor : COLOURS.others;
  const middle = at.y + BAR_HEIGHT - 4;
  const parts = [
    text(entry.label, { x: LABEL_WIDTH - 8, y: middle, size: 12, anchor: 'end' }),
    `<rect x="${LABEL_WIDTH}" y="${at.y}" width="${drawn}" height="${BAR_HEIGHT}" rx="2" fill="${colour}"/>`,
  ];
  let valueAt = LABEL_WIDTH + drawn + 6;
  if (length > at.longest) {
    const x = LABEL_WIDTH + drawn - 18;
    parts.push(
      `<path d="M${x} ${at.y + BAR_HEIGHT + 1}l6 -${BAR_HEIGHT + 2}h4l-6 ${BAR_HEIGHT + 2}z" fill="#ffffff"/>`,
    );
  }
  const target = figure.targets?.[entry.name];
  if (target !== undefined && target <= at.longest) {
    const x = round(LABEL_WIDTH + target * scale);
    if (x > valueAt - 6 && x < valueAt + 40) valueAt = x + 6;
    parts.push(
      `<line x1="${x}" x2="${x}" y1="${at.y - 2}" y2="${at.y + BAR_HEIGHT + 2}" stroke="${COLOURS.target}" stroke-width="2"/>`,
    );
  }
  parts.push(text(formatCell(figure, entry.name, cell), { x: valueAt, y: middle, size: 11 }));
  return parts.join('\n');
}

const lengthOf = (cell: Cell): number => {
  const length = Number.isNaN(cell.compared) ? cell.value : cell.compared;
  return Math.max(0, length);
};

function explain({ better, comparison, targets }: Figure): string {
  const what = comparison === 'ratio' ? 'as a multiple of the floor' : 'beyond the upstream called directly';
  return `${what}, ${better} is better${targets === undefined ? '' : '; red: our target'}`;
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly anchor?: 'end';
}

function text(words: string, { anchor, colour = COLOURS.text, size, weight, x, y }: TextStyle): string {
  const extra = `${weight === undefined ? '' : ` font-weight="${weight}"`}${anchor === undefined ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${round(x)}" y="${y}" font-size="${size}" fill="${colour}"${extra}>${escaped(words)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
