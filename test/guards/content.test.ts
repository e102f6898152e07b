import { type ContentRecord, type GatewayOptions, type LedgerEntry, memoryLedger } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { type Company, kindOf, openCompany } from '../redaction/company.ts';
import { faces } from '../redaction/faces.ts';

const chat = '/v1/chat/completions';
const question = { model: 'made', messages: [{ role: 'user', content: 'I am bob@acme.example' }] };
const answer = { content: ['Write to a', 'nn@acme', '.example', ' then.'] };

interface Kept {
  readonly entry: LedgerEntry;
  readonly content: ContentRecord | undefined;
}

/** What is in the ledger after a call, and right after it the end of the gateway. */
async function keptOf(
  audit: GatewayOptions['audit'],
  act: (company: Company) => Promise<unknown>,
): Promise<readonly Kept[]> {
  const ledger = memoryLedger();
  const company = await openCompany(kindOf('OpenAI'), () => answer, { ledger, audit: audit ?? {} });
  await act(company);
  await company[Symbol.asyncDispose]();
  const { entries } = await ledger.query({});
  return Promise.all(entries.map(async (entry) => ({ entry, content: await ledger.content(entry.id) })));
}

test.each(faces)('$name: redacted, whole and streamed', async (face) => {
  for (const stream of [false, true]) {
    const [kept] = await keptOf({ content: 'redacted' }, async ({ ask }) => {
      await (await ask(face.path(stream), face.body(stream))).text();
    });
    const said = `${kept?.content?.question.reveal()}\n${kept?.content?.answer.reveal()}`;
    expect(said).not.toContain('acme.example');
    expect(kept?.content?.question.reveal()).toContain('[EMAIL]');
    expect(kept?.content?.answer.reveal()).toContain('Write to [EMAIL] then.');
  }
});

test('all of it, as it came and went, with the request that it is of', async () => {
  let told = '';
  const [kept] = await keptOf({ content: 'full' }, async ({ ask }) => {
    told = await (await ask(chat, { ...question, stream: true })).text();
  });
  const { id, time, tenant } = kept?.entry ?? {};
  expect(kept?.content).toMatchObject({ id, time, tenant });
  expect(JSON.parse(kept?.content?.question.reveal() ?? '')).toEqual({ ...question, stream: true });
  expect(kept?.content?.answer.reveal()).toBe(told);
});

test('of a call that is refused the question is kept', async () => {
  const [kept] = await keptOf({ content: 'full' }, async ({ ask }) =>
    ask(chat, { ...question, model: 'gone' }),
  );
  expect(kept?.entry.error).toBe('VE_MODEL_NOT_FOUND');
  expect(kept?.content?.question.reveal()).toContain('bob@acme.example');
});

test('by default nothing is kept, and of a traceless call nothing ever', async () => {
  const [plain] = await keptOf({}, async (company) => {
    await (await company.ask(chat, question)).text();
  });
  expect([plain?.entry.status, plain?.content]).toEqual([200, undefined]);
  const [traceless] = await keptOf({ content: 'full' }, async (company) => {
    await (await company.ask(chat, question, { 'x-vector-traceless': '1' })).text();
  });
  expect([traceless?.entry.traceless, traceless?.content]).toEqual([true, undefined]);
});
