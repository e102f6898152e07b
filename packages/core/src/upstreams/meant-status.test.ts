import { describe, expect, test } from 'vitest';
import type { ProblemKind } from '../protocol/chat-answer.ts';
import { meantStatus } from './meant-status.ts';
import { readChatError } from './read-chat-error.ts';

describe('meantStatus', () => {
  test.each<[ProblemKind, number, number]>([
    ['server', 424, 502],
    ['server', 503, 503],
    ['quota', 400, 429],
    ['quota', 429, 429],
    ['authentication', 400, 401],
    ['billing', 400, 402],
    ['billing', 412, 402],
    ['billing', 429, 429],
    ['overloaded', 498, 503],
    ['content-filter', 403, 400],
    ['model-not-found', 403, 404],
    ['permission', 403, 403],
    ['invalid-request', 400, 400],
  ])('%s, said with %i, means %i', (kind, status, meant) => {
    expect(meantStatus({ kind, status, message: 'm' })).toBe(meant);
  });
});

const read = (status: number, error: object, headers: Record<string, string> = {}) =>
  readChatError(status, headers, Buffer.from(JSON.stringify({ error })));

describe('readChatError', () => {
  test('what a prompt says is not the fault of the key, and the words stay', () => {
    const { status, answer } = read(403, { message: 'm', code: 'content_filter' });
    expect(status).toBe(400);
    expect(answer.status).toBe(403);
  });

  test('how long to wait is read from the words, unless the headers tell', () => {
    const error = { message: 'Please try again in 6s.', code: 'rate_limit_exceeded' };
    expect(read(429, error)).toMatchObject({ status: 429, retryAfter: 6000 });
    expect(read(429, error, { 'retry-after': '9' })).not.toHaveProperty('retryAfter');
  });
});
