import { describe, expect, test } from 'vitest';
import { checkOrigin } from './check-origin.ts';

const host = 'api.acme.example';

describe('a WebSocket may be opened, and a form sent,', () => {
  test.each<[name: string, headers: Record<string, string>]>([
    ['by a program, which says no origin', { host }],
    ['by a page of the host', { host, origin: `https://${host}` }],
    [
      'by one at another port of the host, if that is named',
      { host: `${host}:8080`, origin: `http://${host}:8080` },
    ],
    ['where the usual port is named', { host: `${host}:443`, origin: `https://${host}` }],
    [
      'behind a proxy that was asked by that name',
      { host: '10.0.0.7', 'x-forwarded-host': host, origin: `https://${host}` },
    ],
    ['behind several', { host: '10.0.0.7', 'x-forwarded-host': `${host}, inner`, origin: `https://${host}` }],
    [
      'where the browser says that the page is of the host',
      { host: 'inner', origin: `https://${host}`, 'sec-fetch-site': 'same-origin' },
    ],
  ])('%s', (_, headers) => {
    expect(() => checkOrigin(headers)).not.toThrow();
  });
});

describe('and may not', () => {
  test.each<[name: string, headers: Record<string, string>]>([
    ['by a page of another site', { host, origin: 'https://evil.example' }],
    ['by one that looks like ours', { host, origin: `https://${host}.evil.example` }],
    ['by one whose name holds ours', { host, origin: `https://evil${host}` }],
    ['by another port', { host, origin: `https://${host}:8443` }],
    ['by a sandbox, or a file', { host, origin: 'null' }],
    ['by nonsense', { host, origin: 'https://' }],
    ['without a host', { origin: `https://${host}` }],
    ['from a site beside', { host, origin: 'https://www.acme.example', 'sec-fetch-site': 'same-site' }],
  ])('%s', (_, headers) => {
    expect(() => checkOrigin(headers)).toThrow(expect.objectContaining({ code: 'VE_ORIGIN_REFUSED' }));
  });
});
