import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../docs/read-markdown.ts';
import type { Scrape } from './read-metrics.ts';
import { scrapeAll } from './scrape-all.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Board {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

const text = readFileSync(join(repository, 'packages/dashboard/grafana/vector-engine.json'), 'utf8');
const board = JSON.parse(text) as Board;
const charts = board.panels.filter(({ type }) => type !== 'row');
const questions = charts.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legend: legendFormat })),
);

/** What Prometheus itself puts on every series. */
const ofPrometheus = ['job', 'instance'];

/** The metrics that an expression names, each with the labels that it selects by. */
function selectorsIn(expr: string): { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expr.matchAll(/\b(vector_\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', inside = '']) => ({
    name,
    labels: [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*"/g)].map(([, label = '']) => label),
  }));
}

/** The labels that are left after it has summed up. */
function groupsIn(expr: string): readonly string[] {
  return [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/,\s*/));
}

const suffix = /_(?:bucket|sum|count)$/;

/** The labels that the series of a metric have; undefined where there is none. */
function labelsOf(scrape: Scrape, name: string): readonly string[] | undefined {
  const exact = scrape.metrics.get(name);
  const histogram = scrape.metrics.get(name.replace(suffix, ''));
  const metric = exact ?? (histogram?.type === 'histogram' ? histogram : undefined);
  if (metric === undefined || metric.series.length === 0) return undefined;
  const own = metric.series.flatMap(({ labels }) => Object.keys(labels));
  return [...new Set([...own, ...ofPrometheus, ...(exact === undefined ? ['le'] : [])])];
}

function isBalanced(expr: string): boolean {
  let depth = 0;
  for (const character of expr.replaceAll(/"[^"]*"/g, '')) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}

test('every question of the Grafana dashboard is about metrics and labels that there are', async () => {
  const scrape = await scrapeAll();
  expect(questions.length).toBeGreaterThan(35);
  for (const { title, expr, legend } of questions) {
    const selectors = selectorsIn(expr);
    const groups = groupsIn(expr);
    for (const { name, labels } of selectors) {
      const known = labelsOf(scrape, name) ?? ['there is none'];
      const strange = [...labels, ...groups].filter((label) => !known.includes(label));
      expect({ title, name, strange }).toEqual({ title, name, strange: [] });
      // What only rises is asked for its rate, and what only is, is not.
      const isRising = name.endsWith('_total') || name.endsWith('_bucket');
      const isRate = new RegExp(`(?:rate|increase)\\(${name}\\b`).test(expr);
      expect({ title, name, isRate }).toEqual({ title, name, isRate: isRising });
    }
    const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
    expect(groups).toEqual(expect.arrayContaining(shown));
    expect([title, selectors.length > 0, isBalanced(expr)]).toEqual([title, true, true]);
  }
  for (const { definition = '' } of board.templating.list.slice(1)) {
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
    expect(labelsOf(scrape, metric)).toContain(label);
  }
  const asked = new Set(
    questions.flatMap(({ expr }) => selectorsIn(expr)).map(({ name }) => name.replace(suffix, '')),
  );
  // Everything that is measured is shown.
  expect([...asked].toSorted()).toEqual([...scrape.metrics.keys()].toSorted());
});

test('variables of the dashboard are those that it has, and no panel covers another', () => {
  const names = board.templating.list.map(({ name }) => name);
  const used = [...text.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)].map(([, one, other]) => one ?? other ?? '');
  const own = used.filter((name) => !name.startsWith('__'));
  expect([...new Set(own)].toSorted()).toEqual(names.toSorted());
  const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...board.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
});
