import type { AnswerPart, Guard } from '@vector-engine/core';
import { describe, expect, test } from 'vitest';
import { kindOf, openCompany } from '../redaction/company.ts';
import { eventsOf, faces } from '../redaction/faces.ts';

const vendors = ['OpenAI', 'Anthropic', 'Gemini'];
const cases = faces.flatMap((face) => vendors.map((vendor) => ({ face, vendor })));

const answer = {
  content: ['The ', 'secret is', ' out, ', 'secret again.'],
  toolCalls: [{ name: 'note', arguments: { to: 'secret', n: 1 } }],
};

/** Puts another word in place of one, wherever pieces are cut: it holds each text back until it is over. */
function replacing(seen: AnswerPart[]): Guard {
  const held = new Map<string, string>();
  return {
    name: 'replacing',
    after: async (part) => {
      seen.push(part);
      const text = (held.get(part.channel) ?? '') + part.text;
      held.set(part.channel, part.isLast ? '' : text);
      await Promise.resolve();
      return { text: part.isLast ? text.replaceAll('secret', 'answer') : '' };
    },
  };
}

describe.each(cases)('$face.name from $vendor', ({ face, vendor }) => {
  test.each([false, true])('a guard changes all of an answer; streamed: %s', async (stream) => {
    const seen: AnswerPart[] = [];
    await using company = await openCompany(kindOf(vendor), () => answer, { guards: [replacing(seen)] });
    const response = await company.ask(face.path(stream), face.body(stream));
    expect(response.status).toBe(200);
    const text = await response.text();
    const said = stream ? face.readEvents(eventsOf(text)) : face.readWhole(JSON.parse(text));
    expect(said.text).toBe('The answer is out, answer again.');
    expect(JSON.parse(said.arguments)).toEqual({ to: 'answer', n: 1 });
    // Nowhere else either: not in what the last events say again.
    expect(text).not.toContain('secret');
    expect(new Set(seen.map(({ type }) => type))).toEqual(new Set(['text', 'tool-input']));
    expect(seen.every(({ choice }) => choice === 0)).toBe(true);
  });

  test('a guard that says nothing leaves the bytes as they are', async () => {
    const body = face.body(true);
    const plain = await openCompany(kindOf(vendor), () => answer, {});
    const expected = shape(await (await plain.ask(face.path(true), body)).text());
    await plain[Symbol.asyncDispose]();
    const guards: Guard[] = [{ name: 'silent', after: () => undefined }];
    await using company = await openCompany(kindOf(vendor), () => answer, { guards });
    expect(shape(await (await company.ask(face.path(true), body)).text())).toBe(expected);
  });

  test('a refusal of the first piece is an error, and one in the middle ends the stream with one', async () => {
    const guards: Guard[] = [
      {
        name: 'refusing',
        after: ({ text }, call) => {
          const word = call.header('x-word') ?? '';
          return text.includes(word) ? { refuse: 'it says what it may not' } : undefined;
        },
      },
    ];
    await using company = await openCompany(kindOf(vendor), () => answer, { guards });
    const first = await company.ask(face.path(true), face.body(true), { 'x-word': 'The' });
    expect(first.status).toBe(403);
    expect(await first.text()).toContain('This is not let through here: it says what it may not.');
    const middle = await company.ask(face.path(true), face.body(true), { 'x-word': 'again' });
    const text = await middle.text();
    expect(text).not.toContain('again');
    const isRefused = middle.status === 403 || /it says what it may not/.test(text);
    expect(isRefused).toBe(true);
    expect(text).not.toContain('[DONE]');
    expect(company.ends.map(({ error }) => error)).toEqual(['VE_GUARD_REFUSED', 'VE_GUARD_REFUSED']);
  });
});

/** Ids, times and padding are others with each call. */
function shape(text: string): string {
  return text
    .replaceAll(
      /"(?:id|responseId|item_id|call_id|obfuscation|system_fingerprint|thoughtSignature|data)":"[^"]*"/g,
      '',
    )
    .replaceAll(/ +/g, ' ')
    .replaceAll(' }', '}')
    .replaceAll(/"(?:created|created_at|completed_at)":[\d.]+/g, '');
}
