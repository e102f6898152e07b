import { anthropic, createGateway, defineUpstream, memoryStore, openai } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { startHost } from '../hosts/hosts.ts';

const upstreams = {
  openai: openai({ apiKey: 'sk-test' }),
  claude: anthropic({ apiKey: 'sk-test' }),
};

const identify = () => ({ tenant: 'a' });

function mistake(options: object): string {
  try {
    createGateway({ open: true, upstreams, ...options });
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
}

test('a mistake is told at construction, with its cure', () => {
  expect(mistake({ passthrough: 'opnai' })).toBe(
    'passthrough names upstream "opnai"; configured: openai, claude. Did you mean "openai"?',
  );
  expect(mistake({ passthrough: { files: 'openai', batches: 'opnai' } })).toContain(
    'passthrough.batches names',
  );
  expect(mistake({ passthrough: { file: 'openai' } })).toContain('passthrough');
  expect(mistake({ passthrough: 'claude' })).toContain('write native: ["claude"]');
  expect(mistake({ native: 'claude' })).toContain('native: must be an array');
  expect(mistake({ native: ['constructor'] })).toContain('native names upstream "constructor"');
  for (const name of ['v1', 'v2', 'v1beta', 'admin', 'openapi.json', 'a b', '..'])
    expect(mistake({ upstreams: { [name]: upstreams.openai }, native: [name] })).toContain(
      `upstreams["${name}"]`,
    );
  expect(mistake({ open: undefined, identify, memory: false, passthrough: 'openai' })).toContain(
    'memory is false',
  );
  for (const fine of [
    { passthrough: 'openai' },
    { passthrough: { files: 'openai' }, native: ['openai', 'claude'] },
    { open: undefined, identify, memory: memoryStore(), passthrough: 'openai' },
    { open: undefined, identify, memory: false, native: ['claude'] },
    { memory: false, passthrough: 'openai' },
  ])
    expect(mistake(fine)).toBe('none');
});

test('without the option nothing is there, and the host has the paths', async () => {
  await using gateway = createGateway({ open: true, upstreams });
  await using host = await startHost('Express 5', gateway, '/v1');
  for (const path of ['/v1/files', '/v1/batches/batch_1', '/claude/v1/models'])
    expect((await fetch(host.origin + path)).status).toBe(404);
  const answer = await gateway.fetch('http://gateway/v1/files');
  expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'unknown_url' } }]);
  expect(gateway.routes().some(({ operation }) => operation === 'native')).toBe(false);
});

test('only the families that are named are there', async () => {
  await using gateway = createGateway({
    open: true,
    upstreams: { dead: defineUpstream({ vendor: 'dead', baseURL: 'http://127.0.0.1:9/v1' }) },
    passthrough: { batches: 'dead' },
    retry: { rounds: 0 },
  });
  expect((await gateway.fetch('http://gateway/v1/files')).status).toBe(404);
  expect((await gateway.fetch('http://gateway/v1/batches')).status).toBe(503);
  expect((await gateway.fetch('http://gateway/v1/batchesandmore')).status).toBe(404);
  expect(gateway.routes().filter(({ operation }) => operation === 'native')).toMatchObject([
    { method: 'GET', path: '/v1/batches{rest}' },
    { method: 'POST' },
    { method: 'PUT' },
    { method: 'PATCH' },
    { method: 'DELETE' },
  ]);
  const options = await gateway.fetch('http://gateway/v1/batches/x', { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([
    204,
    'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  ]);
});

test('a route handler that sees the whole path finds the gateway’s own part of it', async () => {
  await using gateway = createGateway({
    open: true,
    upstreams: { dead: defineUpstream({ vendor: 'dead', baseURL: 'http://127.0.0.1:9/v1' }) },
    passthrough: 'dead',
    native: ['dead'],
    retry: { rounds: 0 },
  });
  for (const path of ['/api/ai/v1/files', '/api/ai/dead/v1/models'])
    expect((await gateway.fetch(`http://gateway${path}`)).status).toBe(503);
});
