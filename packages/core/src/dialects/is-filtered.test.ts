import { describe, expect, test } from 'vitest';
import type { Dialect } from '../protocol/call.ts';
import { isFiltered } from './is-filtered.ts';

const filtered: readonly (readonly [Dialect, object])[] = [
  ['openai-chat', { choices: [{ index: 0, message: { content: null }, finish_reason: 'content_filter' }] }],
  ['openai-responses', { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }],
  ['anthropic-messages', { content: [], stop_reason: 'refusal' }],
  ['gemini', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
  ['gemini', { candidates: [{ finishReason: 'SAFETY' }] }],
  ['bedrock', { stopReason: 'guardrail_intervened' }],
];

describe('an answer that the filter has stopped', () => {
  test.each(filtered)('is known in %s, however it is written', (dialect, body) => {
    expect(isFiltered(dialect, Buffer.from(JSON.stringify(body)))).toBe(true);
    expect(isFiltered(dialect, Buffer.from(JSON.stringify(body, null, 2)))).toBe(true);
  });

  test.each(filtered)('in %s is not one that only speaks of it', (dialect, body) => {
    const quoting = { choices: [{ message: { content: JSON.stringify(body) }, finish_reason: 'stop' }] };
    expect(isFiltered(dialect, Buffer.from(JSON.stringify(quoting)))).toBe(false);
  });
});
