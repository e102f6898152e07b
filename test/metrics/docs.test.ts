import { expect, test } from 'vitest';
import { bare, readTables } from '../docs/read-markdown.ts';
import { scrapeAll } from './scrape-all.ts';

test('the page about metrics has a row for each, with its type and labels', async () => {
  const { metrics } = await scrapeAll();
  const held = [...metrics].map(([name, { type, series }]) => {
    const labels = new Set(series.flatMap((one) => Object.keys(one.labels)));
    return [name, type, [...labels].toSorted()];
  });
  const told = readTables('docs/metrics.md', 'Metric')
    .flatMap(({ rows }) => rows)
    .map(({ Metric = '', Type, Labels = '' }) => [
      bare(Metric),
      Type,
      Labels.split(' ').map(bare).filter(Boolean).toSorted(),
    ]);
  expect(Object.fromEntries(told.map((row) => [row[0], row]))).toEqual(
    Object.fromEntries(held.map((row) => [row[0], row])),
  );
});
