import { figuresOf } from './figures.ts';
import type { Run } from './simulate.ts';
import { isAbout, percent } from './tabulate.ts';

const columns = 2;
const margin = 24;
const head = 72;
const panel = { width: 440, height: 190 };
const plot = { top: 52, left: 40, width: 392, height: 104 };
/** Seconds that one point of a curve stands for. */
const step = 2;

const colours = {
  latency: '#2563eb',
  troubled: '#cbd5e1',
  lost: '#dc2626',
  axis: '#94a3b8',
  text: '#0f172a',
  faint: '#64748b',
};

/** A panel for each run: the latency of the calls, what the troubled targets got, and what was not answered, over time. */
export function renderPlot(runs: readonly Run[]): string {
  const width = columns * (panel.width + margin) + margin;
  const height = head + Math.ceil(runs.length / columns) * (panel.height + margin);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" role="img" aria-label="Simulated trouble">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text('Ten targets in trouble', { x: margin, y: 30, size: 18, weight: 600 }),
    ...legend(),
    ...runs.map((run, index) => {
      const x = margin + (index % columns) * (panel.width + margin);
      const y = head + Math.floor(index / columns) * (panel.height + margin);
      return `<g transform="translate(${x} ${y})">\n${renderPanel(run)}\n</g>`;
    }),
    '</svg>',
    '',
  ].join('\n');
}

function legend(): string[] {
  const entries: readonly (readonly [colour: string, words: string])[] = [
    [colours.latency, 'p99 of what callers waited, milliseconds'],
    [colours.troubled, 'attempts that the troubled targets got, share of all'],
    [colours.lost, 'calls without an answer, share of all'],
  ];
  return entries.flatMap(([colour, words], index) => {
    const x = margin + index * 300;
    return [
      `<rect x="${x}" y="44" width="12" height="12" rx="2" fill="${colour}"/>`,
      text(words, { x: x + 18, y: 54, size: 11, colour: colours.faint }),
    ];
  });
}

function renderPanel(run: Run): string {
  const { name, story, seconds } = run.scenario;
  const points = Array.from({ length: Math.floor(seconds / step) }, (_, index) => ({
    from: index * step,
    figures: figuresOf(run, index * step, (index + 1) * step),
  }));
  const all = figuresOf(run);
  const highest = niceCeiling(
    Math.max(...points.map(({ figures }) => (Number.isNaN(figures.p99) ? 0 : figures.p99))),
  );
  const at = (second: number): number => round(plot.left + (second / seconds) * plot.width);
  const up = (share: number): number => round(plot.top + plot.height * (1 - Math.min(1, share)));
  const bottom = up(0);
  const columnWidth = round((step / seconds) * plot.width);
  const column = (from: number, share: number, colour: string): string =>
    share <= 0
      ? ''
      : `<rect x="${at(from)}" y="${up(share)}" width="${columnWidth}" height="${round(bottom - up(share))}" fill="${colour}"/>`;
  const shown = isAbout(run);
  const summary = `${percent(all.answered)} answered, p99 ${all.p99.toFixed(0)} ms, ${all.attemptsPerCall.toFixed(3)} attempts a call${shown ? `, ${percent(all.troubledShare)} to the troubled` : ''}`;
  return [
    text(name, { x: 0, y: 14, size: 13, weight: 600 }),
    text(story, { x: 0, y: 29, size: 11, colour: colours.faint }),
    text(summary, { x: 0, y: 44, size: 11 }),
    ...points.map(({ from, figures }) =>
      shown ? column(from, figures.troubledShare, colours.troubled) : '',
    ),
    ...points.map(({ from, figures }) => column(from, 1 - figures.answered, colours.lost)),
    ...curves(points.map(({ from, figures }) => [at(from + step / 2), figures.p99 / highest] as const)).map(
      (curve) =>
        `<polyline points="${curve.map(([x, share]) => `${x},${up(share)}`).join(' ')}" fill="none" stroke="${colours.latency}" stroke-width="1.5"/>`,
    ),
    `<path d="M${plot.left} ${plot.top}V${bottom}H${plot.left + plot.width}" fill="none" stroke="${colours.axis}"/>`,
    text(String(highest), {
      x: plot.left - 6,
      y: plot.top + 8,
      size: 10,
      colour: colours.faint,
      anchor: 'end',
    }),
    text('0', { x: plot.left - 6, y: bottom, size: 10, colour: colours.faint, anchor: 'end' }),
    text(`${seconds} s`, {
      x: plot.left + plot.width,
      y: bottom + 14,
      size: 10,
      colour: colours.faint,
      anchor: 'end',
    }),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

type Point = readonly [x: number, share: number];

/** Broken where there is nothing to show. */
function curves(points: readonly Point[]): Point[][] {
  const found: Point[][] = [[]];
  for (const point of points) {
    if (Number.isNaN(point[1])) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter((curve) => curve.length > 0);
}

/** The next of 1, 2, 5 and their tenfolds. */
function niceCeiling(value: number): number {
  for (let unit = 1; ; unit *= 10)
    for (const factor of [1, 2, 5]) if (factor * unit >= value) return factor * unit;
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly anchor?: 'end';
}

function text(words: string, { anchor, colour = colours.text, size, weight, x, y }: TextStyle): string {
  const extra = `${weight === undefined ? '' : ` font-weight="${weight}"`}${anchor === undefined ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${round(x)}" y="${y}" font-size="${size}" fill="${colour}"${extra}>${words}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
