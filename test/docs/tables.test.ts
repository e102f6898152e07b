import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createGateway,
  GatewayError,
  type GatewayErrorCode,
  type HttpRoute,
  openai,
} from '@vector-engine/core';
import { expect, test } from 'vitest';
import { modalities, modalityOf } from '../../packages/core/src/catalog/modality.ts';
import { toWireError } from '../../packages/core/src/dialects/openai-chat/word-error.ts';
import { mediaFormats } from '../../packages/core/src/media/formats.ts';
import { jobFormats } from '../../packages/core/src/media/job-formats.ts';
import { soraAbilities, veoAbilities } from '../../packages/core/src/media/video/video-models.ts';
import { knownKeys } from '../../packages/core/src/settings/options-schema.ts';
import { resolveSettings } from '../../packages/core/src/settings/resolve-settings.ts';
import { classifyStatus } from '../../packages/core/src/upstreams/classify-failure.ts';
import { type Preset, presets } from '../../packages/core/src/upstreams/openai-compatible/presets.ts';
import { pickResponseHeaders } from '../../packages/core/src/upstreams/response-headers.ts';
import { bare, readPage, readTables, repository } from './read-markdown.ts';

const options = { open: true as const, upstreams: { openai: openai({ apiKey: 'sk-test' }) } };
const source = globSync('packages/core/src/**/*.ts', { cwd: repository })
  .filter((file) => !file.includes('.test'))
  .map((file) => readFileSync(join(repository, file), 'utf8'))
  .join('\n');

/** The pieces of code in a cell. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

function rows(file: string, column: string): Readonly<Record<string, string>>[] {
  return readTables(file, column).flatMap((table) => table.rows);
}

test('every option is in the table, with the default that it has', () => {
  const settings = resolveSettings(options);
  const nested = ['timeouts', 'retry', 'breaker'];
  const known = knownKeys('').flatMap((key) =>
    nested.includes(key) ? knownKeys(key).map((name) => `${key}.${name}`) : [key],
  );
  const table = rows('docs/options.md', 'Option');
  expect(table.map((row) => bare(row.Option)).toSorted()).toEqual(known.toSorted());
  const { timeouts, retry, breaker, bodyLimit } = settings;
  const defaults = new Map<string, number>([['bodyLimit', bodyLimit]]);
  for (const [group, values] of Object.entries({ timeouts, retry, breaker })) {
    for (const [name, value] of Object.entries(values)) defaults.set(`${group}.${name}`, value);
  }
  const told = table.filter((row) => defaults.has(bare(row.Option)));
  expect(told.map((row) => [bare(row.Option), row.Default])).toEqual(
    told.map((row) => [bare(row.Option), defaults.get(bare(row.Option))?.toLocaleString('en-US')]),
  );
  expect(told).toHaveLength(defaults.size - 1);
});

test('the tables of jobs and forms tell their defaults', () => {
  const { tasks, uploads } = resolveSettings(options);
  const table = ['docs/videos.md', 'docs/media.md'].flatMap((file) => rows(file, 'Default'));
  const told = new Map(table.map((row) => [bare(row.Option), bare(row.Default)]));
  const held = Object.entries({ tasks, uploads }).flatMap(([group, values]) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined && typeof value !== 'object')
      .map(([name, value]) => [`${group}.${name}`, value.toLocaleString('en-US')] as const),
  );
  expect(held.map(([name]) => [name, told.get(name)])).toEqual(held);
  expect(held.length).toBeGreaterThanOrEqual(5);
});

test('every format in which media are asked for is in a table', () => {
  const told = rows('docs/media.md', 'Formats').flatMap(({ Operation: operations = '', Formats = '' }) =>
    operations.split(', ').map((operation) => [bare(operation), namesIn(Formats)] as const),
  );
  const held = Object.entries(mediaFormats).map(([name, formats]) => [name, Object.keys(formats)]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(held));
  const jobs = rows('docs/videos.md', 'Format').flatMap((row) =>
    namesIn(row['`defineUpstream({ jobs })`'] ?? ''),
  );
  expect(jobs.toSorted()).toEqual(Object.keys(jobFormats.video).toSorted());
});

test('the lengths and sizes of videos are those that are made', () => {
  const [sora, soraPro, veo2, veo3, veo31] = rows('docs/videos.md', 'Seconds');
  const made = [
    [sora, soraAbilities('sora-2')],
    [soraPro, soraAbilities('sora-2-pro')],
    [veo2, veoAbilities('veo-2.0-generate-001')],
    [veo3, veoAbilities('veo-3.1-lite-generate-preview')],
    [veo31, veoAbilities('veo-3.1-generate-preview')],
  ] as const;
  let before: string[] = [];
  for (const [row, abilities] of made) {
    const [lengths = ''] = row?.Seconds?.split(';') ?? [];
    const [least, most] = lengths.split(' to ').map(Number);
    const seconds =
      least === undefined || most === undefined
        ? lengths.split(', ').map(Number)
        : Array.from({ length: most - least + 1 }, (_, index) => least + index);
    const sizes = row?.Sizes?.replace('these', before.join(', ')).split(', ') ?? [];
    expect([row?.Models, seconds]).toEqual([row?.Models, abilities?.seconds]);
    expect(sizes).toEqual(abilities?.frames.map(({ width, height }) => `${width}x${height}`));
    before = sizes;
  }
});

test('the table of deadlines tells their defaults', () => {
  const { timeouts } = resolveSettings(options);
  const told = rows('docs/resilience.md', 'Deadline').map((row) => [bare(row.Deadline), row.Default ?? '']);
  const held = Object.entries(timeouts).map(([name, value]) => [name, value.toLocaleString('en-US')]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(held));
});

test('figures in the prose about retries and breakers are the defaults', () => {
  const { retry, breaker } = resolveSettings(options);
  const page = readPage('docs/resilience.md');
  for (const [name, value] of Object.entries({ ...retry, ...breaker })) {
    if (name === 'window') continue;
    expect(page).toMatch(
      new RegExp(`\`(?:retry|breaker)\\.${name}\` (?:times )?\\(${value.toLocaleString('en-US')}\\b`),
    );
  }
});

test('every error code is in the tables, with its status and its code on the wire', () => {
  const union = /GatewayErrorCode =([\s\S]*?);/.exec(source)?.[1] ?? '';
  const codes = [...union.matchAll(/'(VE_\w+)'/g)].map(([, code]) => code as GatewayErrorCode);
  expect(codes.length).toBeGreaterThan(20);
  const table = rows('docs/errors.md', 'Cure');
  expect(table.map((row) => bare(row.Code)).toSorted()).toEqual(codes.toSorted());
  for (const code of codes) {
    const { status, error } = toWireError(new GatewayError(code));
    const row = table.find((candidate) => bare(candidate.Code) === code);
    expect(row).toMatchObject({
      Status: code === 'VE_UPSTREAM_STATUS' ? "the upstream's, or 502" : String(status),
      '`error.code`': `\`${error.code}\``,
      Cause: expect.stringMatching(/\w/),
      Cure: expect.stringMatching(/\w/),
    });
  }
});

test('every header of a request or an answer is in a table, and none that is not read or sent', () => {
  const known = new Set(
    source.match(/'(?:x-vector-[a-z-]+|x-request-id|server-timing)'/g)?.map((name) => name.slice(1, -1)),
  );
  const file = 'docs/headers-and-events.md';
  const sent = rows(file, 'Header').map((row) => bare(row.Header));
  const read = rows(file, 'What a caller can say').map((row) => bare(row['What a caller can say']));
  expect([...sent, ...read].toSorted()).toEqual([...known].toSorted());
});

test('the headers that are said to cross from an upstream do, and a cookie does not', () => {
  const sentence =
    /these cross: ([\s\S]*?)\. Cookies/.exec(readPage('docs/headers-and-events.md'))?.[1] ?? '';
  const told = [...sentence.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replace('*', '-requests'));
  expect(told.length).toBeGreaterThan(5);
  const headers = Object.fromEntries([...told, 'set-cookie', 'x-anything'].map((name) => [name, '1']));
  expect(Object.keys(pickResponseHeaders(headers)).toSorted()).toEqual(told.toSorted());
});

test('every event is in the table with its fields', () => {
  const table = rows('docs/headers-and-events.md', 'Event');
  expect(table.map((row) => bare(row.Event))).toEqual([
    'request',
    'attempt',
    'end',
    'balance',
    'breaker',
    'probe',
    'shared',
    'cacheTier',
    'task',
    'limits',
    'budget',
    'holdsLost',
    'ledger',
  ]);
  for (const row of table) {
    const event = bare(row.Event);
    const body = new RegExp(`interface ${event}Event \\{([\\s\\S]*?)\\n\\}`, 'i').exec(source)?.[1] ?? '';
    const fields = [...body.matchAll(/readonly (\w+)\??:/g)].map(([, name]) => name);
    expect(bare(row.Fields).split(', ')).toEqual(fields);
  }
});

test('every vendor is in the table, with its address, whether it needs a key, and how many models are known', () => {
  const told = rows('docs/upstreams.md', 'Function').map((row) => ({
    name: bare(row.Function),
    baseURL: bare(row.Address),
    needsKey: row.Key === 'required',
    models: Number(row['Catalogued models']),
  }));
  const entries: [string, Preset][] = Object.entries(presets);
  const held = entries.map(([name, { baseURL, needsKey, models }]) => ({
    name,
    baseURL,
    needsKey,
    models: models.length,
  }));
  expect(told).toEqual(held);
  expect(readPage('README.md')).toContain(`${held.length} vendors by name`);
});

test('every purpose of a model is in the table, with models that are for it', () => {
  const table = rows('docs/models.md', 'Modality');
  expect(table.map((row) => bare(row.Modality))).toEqual(modalities);
  for (const { Modality: modality, 'Such as': examples = '' } of table.slice(1)) {
    for (const [, model = ''] of examples.matchAll(/`([^`]+)`/g))
      expect([model, modalityOf(model.startsWith('voyage') ? 'voyage' : '', model)]).toEqual([
        model,
        bare(modality),
      ]);
  }
});

test('every price that can be given is in the table', () => {
  const body = /interface PriceInDollars \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
  const names = [...body.matchAll(/readonly (\w+)\?:/g)].map(([, name = '']) => name);
  const told = rows('docs/models.md', 'Price').flatMap((row) => bare(row.Price).split(', '));
  expect(told.toSorted()).toEqual(names.toSorted());
  expect(names.length).toBeGreaterThan(10);
});

test('every route is in the table', async () => {
  await using gateway = createGateway(options);
  const told = rows('docs/options.md', 'Path').map((row) => [bare(row.Method), bare(row.Path)]);
  expect(told).toEqual(gateway.routes().map(({ method, path }) => [method, path]));
});

const pathsOf = (routes: readonly HttpRoute[]): string[][] =>
  routes.map(({ method, path }) => [method, path]);

test('every route for operators is in the table, and there only where somebody is one', async () => {
  const own = { upstreams: options.upstreams, identify: () => ({ id: 'u' }) };
  await using gateway = createGateway({ ...own, admin: () => true });
  await using closed = createGateway(own);
  const told = rows('docs/admin-api.md', 'Path for operators').map((row) => [
    bare(row.Method),
    bare(row['Path for operators']),
  ]);
  expect([...pathsOf(closed.routes()), ...told]).toEqual(pathsOf(gateway.routes()));
});

test('the failover table says of each status what happens', () => {
  const words: Record<string, string> = {
    anywhere: 'the next target',
    elsewhere: 'the next key, then the next target',
    never: 'nothing: the answer goes to the caller as it is',
  };
  let statuses = 0;
  for (const row of rows('docs/resilience.md', 'What happened before the commit point')) {
    const [what = '', next] = Object.values(row);
    if (!what.startsWith('status')) continue;
    for (const [status] of what.matchAll(/\b[45]\d\d\b/g)) {
      const answer = { status: Number(status), headers: {}, body: Buffer.alloc(0) };
      const { failure } = classifyStatus('openai', answer, 0);
      const expected = status === '429' ? words.elsewhere : words[failure?.retry ?? ''];
      expect({ status, next }).toEqual({ status, next: expected });
      statuses++;
    }
  }
  expect(statuses).toBeGreaterThanOrEqual(15);
});
