import { describe, expect, test } from 'vitest';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import { checkEncoding, checkHead } from './check-head.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { keptBody } from './kept-body.ts';
import { matchRoute } from './route-table.ts';

const exchange = (method: string, path: string, headers: RequestHeaders = {}): Exchange => ({
  method,
  path,
  headers,
  base: 'http://localhost',
  isOwnGround: true,
  hostRequest: undefined,
  readBody: () => Promise.reject(new Error('nothing is read')),
  readStream: () => {
    throw new Error('nothing is read');
  },
  onClose: () => {},
  requestId: undefined,
  remoteAddress: undefined,
  query: '',
  abandon: () => {},
  destroy: () => {},
  respond: () => {},
  respondStream: () => {},
});

const check = (method: string, path: string, headers: RequestHeaders = {}) =>
  checkHead(exchange(method, path, headers), matchRoute(path));

describe('checkHead', () => {
  test.each([
    ['GET', '/v1/chat/completions', ['POST']],
    ['HEAD', '/v1/embeddings', ['POST']],
    ['POST', '/v1/models', ['GET', 'HEAD']],
    ['DELETE', '/v1/models/gpt', ['GET', 'HEAD']],
    ['post', '/v1/chat/completions', ['POST']],
  ])('%s %s is refused with the methods there are', (method, path, allow) => {
    const refused = (): unknown => check(method, path);
    expect(refused).toThrow(expect.objectContaining({ code: 'VE_METHOD_NOT_ALLOWED', details: { allow } }));
  });

  test('HEAD goes where GET does, and OPTIONS anywhere', () => {
    expect(check('HEAD', '/v1/models')?.operation).toBe('list-models');
    expect(check('OPTIONS', '/v1/chat/completions')).toBeUndefined();
  });

  test.each([
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
    'application/vnd.acme+json',
  ])('a body of the type %j is taken', (type) => {
    expect(check('POST', '/v1/embeddings', { 'content-type': type })?.operation).toBe('embeddings');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
    '',
  ])('a body of the type %j is refused', (type) => {
    const refused = (): unknown => check('POST', '/v1/embeddings', { 'content-type': type });
    expect(refused).toThrow(expect.objectContaining({ code: 'VE_CONTENT_TYPE_UNSUPPORTED' }));
  });

  test('a compressed body is refused', () => {
    expect(() => checkEncoding({ 'content-encoding': 'identity' })).not.toThrow();
    expect(() => checkEncoding({ 'content-encoding': 'gzip' })).toThrow(
      expect.objectContaining({ code: 'VE_CONTENT_ENCODING_UNSUPPORTED' }),
    );
  });

  test('a path that is none is refused', () => {
    expect(() => checkHead(exchange('GET', '/v1/../x'), undefined)).toThrow(
      expect.objectContaining({ code: 'VE_PATH_INVALID' }),
    );
  });
});

describe('forwardedHeaders', () => {
  test('lets trace and beta headers cross, and nothing of the host or the caller', () => {
    const crossing = {
      traceparent: '00-1-2-01',
      tracestate: 'a=1',
      'openai-beta': 'x=1',
      'x-client-request-id': 'c',
    };
    const staying = {
      authorization: 'Bearer canary',
      cookie: 'session=canary',
      'x-api-key': 'canary',
      'x-forwarded-for': '10.0.0.1',
      host: 'internal',
      'content-length': '3',
    };
    expect(forwardedHeaders({ ...staying, ...crossing }, 'openai-chat')).toEqual(crossing);
  });

  test('drops a value that could not be written, or that came twice', () => {
    expect(
      forwardedHeaders({ traceparent: 'a\r\nb', tracestate: ['a', 'b'], 'openai-beta': 'é' }, 'openai-chat'),
    ).toEqual({});
  });
});

describe('keptBody', () => {
  const read = { readableDidRead: true, readableEnded: true, headers: { 'content-length': '9' } };

  test('is nothing while nobody has read the body', () => {
    expect(
      keptBody({ readableDidRead: false, readableEnded: false, headers: {} }, { body: {} }),
    ).toBeUndefined();
  });

  test.each<[what: string, holder: object, bytes: string]>([
    ['the raw text before what was made of it', { rawBody: '{"a": 1.0}', body: { a: 1 } }, '{"a": 1.0}'],
    ['raw bytes', { rawBody: Buffer.from('{"a":1}') }, '{"a":1}'],
    ['bytes of express.raw()', { body: Buffer.from('{"a":1}') }, '{"a":1}'],
    ['the text of express.text()', { body: '{"a":1}' }, '{"a":1}'],
    ['the object of express.json(), written again', { body: { a: [1, 'é'] } }, '{"a":[1,"é"]}'],
  ])('is %s', (_what, holder, bytes) => {
    expect(keptBody(read, holder)?.toString()).toBe(bytes);
  });

  test('is an error when it was read and nothing is left, and empty when there was none', () => {
    expect(() => keptBody(read, {})).toThrow(expect.objectContaining({ code: 'VE_BODY_CONSUMED' }));
    expect(keptBody({ ...read, headers: {} }, {})).toHaveLength(0);
  });
});
