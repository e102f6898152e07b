import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../protocol/chat-request.ts';
import type { AssistantBlock, Message } from '../protocol/content.ts';
import { silentLogger } from '../protocol/logger.ts';
import type { Store } from '../protocol/store.ts';
import { memoryStore } from './memory-store.ts';
import { RememberedTurns } from './remembered-turns.ts';

const acme = { owner: 'acme', dialect: 'anthropic-messages' } as const;
const signature = (value: string) => ({ dialect: 'anthropic-messages', value }) as const;
const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const said = (...content: AssistantBlock[]): Message => ({ role: 'assistant', content });
const result = (callId: string, text: string): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', callId, content: [{ type: 'text', text }] }],
});

const asked = user('The weather?');
const thought: AssistantBlock = { type: 'reasoning', text: 'Let me look.', signature: signature('s1') };
const call: AssistantBlock = {
  type: 'tool-call',
  id: 'call_1',
  name: 'look',
  format: 'json',
  input: '{"where": "here", "when": 0}',
};

function request(messages: readonly Message[]): ChatRequest {
  return { model: 'm', stream: false, wantsUsage: false, messages };
}

const picture = (data: string): Message => ({
  role: 'user',
  content: [
    { type: 'text', text: 'What is it?' },
    { type: 'media', mediaType: 'image/png', source: { kind: 'base64', data } },
  ],
});

const fail = (): Promise<never> => Promise.reject(new Error('down'));

/** What a memory gives back of a conversation, of which it was told each answer as it was made. */
function memory(store: Store = memoryStore()) {
  const turns = new RememberedTurns(store, silentLogger);
  return {
    turns,
    keep: (question: readonly Message[], content: readonly AssistantBlock[], place = acme) =>
      turns.keeper(request(question), place)(content),
    restore: async (messages: readonly Message[], place: Parameters<RememberedTurns['restore']>[1] = acme) =>
      (await turns.restore(request(messages), place)).messages,
  };
}

describe('RememberedTurns', () => {
  test('a turn with a tool call has its thoughts again, in its own order', async () => {
    const { keep, restore } = memory();
    const again: AssistantBlock = { type: 'reasoning', text: 'Hm.', signature: signature('s2') };
    const content: AssistantBlock[] = [thought, { type: 'text', text: 'Wait. ' }, again, call];
    keep([asked], content);
    // As a framework gives it back that keeps the arguments parsed, in an order of its own.
    const plain = said({ type: 'text', text: 'Wait. ' }, { ...call, input: '{"when":0,"where":"here"}' });
    expect(await restore([asked, plain])).toEqual([asked, said(...content)]);
  });

  test('a message that was changed has the thoughts first, and what the client made of it', async () => {
    const { keep, restore } = memory();
    const second = { ...call, id: 'call_2', signature: signature('c2') };
    keep([asked], [thought, { ...call, signature: signature('c') }, second]);
    const changed = { ...call, id: 'call_2', input: '{"where":"there"}' };
    const [, restored] = await restore([asked, said({ type: 'text', text: 'New.' }, call, changed)]);
    expect(restored?.content).toEqual([
      thought,
      { type: 'text', text: 'New.' },
      { ...call, signature: signature('c') },
      // Another question to the tool than the one that was signed.
      changed,
    ]);
  });

  test('a call whose arguments were changed is another turn', async () => {
    const { keep, restore } = memory();
    keep([asked], [thought, call]);
    const changed = said({ ...call, input: '{"where":"there"}' });
    expect(await restore([asked, changed])).toEqual([asked, changed]);
  });

  test('a turn without a call is found by its words and those that they answer', async () => {
    const { keep, restore } = memory();
    const text: AssistantBlock = { type: 'text', text: 'Sunny.', signature: signature('t') };
    keep([asked], [text]);
    const plain = said({ type: 'text', text: 'Sunny.' });
    const other = user('Another question');
    expect(await restore([asked, plain])).toEqual([asked, said(text)]);
    expect(await restore([other, plain])).toEqual([other, plain]);
  });

  test('the same call, by the same id, of another conversation is another turn', async () => {
    const { keep, restore } = memory();
    const first: AssistantBlock = { ...call, id: 'functions.look:0' };
    const yes = user('Yes');
    keep([user('Delete the file?'), said({ type: 'text', text: 'Sure?' }), yes], [thought, first]);
    const other = [user('Send the letter?'), said({ type: 'text', text: 'Sure?' }), yes, said(first)];
    expect(await restore(other)).toEqual(other);
  });

  test('each turn of a loop has its own thoughts, though all its calls have one id', async () => {
    const { keep, restore } = memory();
    const thoughts = ['a', 'b', 'c'].map((value) => ({ ...thought, signature: signature(value) }));
    const plain: Message[] = [asked];
    for (const [index, one] of thoughts.entries()) {
      keep(plain, [one, call]);
      plain.push(said(call), result(call.id, `step ${index}`));
    }
    const restored = await restore(plain);
    expect(restored.filter(({ role }) => role === 'assistant')).toEqual(
      thoughts.map((one) => said(one, call)),
    );
  });

  test('what was said long before may be left out, or summed up, without the turn being lost', async () => {
    const { keep, restore } = memory();
    const yes = user('Yes');
    const before = [user('Long ago'), said({ type: 'text', text: 'Hm.' }), asked, said(), yes];
    keep(before, [thought, call]);
    const shortened: Message[] = [
      { role: 'system', content: [{ type: 'text', text: 'So far: nothing.' }] },
      asked,
      yes,
    ];
    expect((await restore([...shortened, said(call)])).at(-1)).toEqual(said(thought, call));
  });

  test('another picture is another question', async () => {
    const { keep, restore } = memory();
    keep([picture('AAAA')], [thought, { type: 'text', text: 'A cat.' }]);
    const plain = said({ type: 'text', text: 'A cat.' });
    expect(await restore([picture('AAAA'), plain])).not.toEqual([picture('AAAA'), plain]);
    expect(await restore([picture('BBBB'), plain])).toEqual([picture('BBBB'), plain]);
  });

  test("what one provider has signed is not given to another's model", async () => {
    const { keep, restore } = memory();
    keep([asked], [thought, call]);
    const plain = [asked, said(call)];
    expect(await restore(plain, { owner: 'acme', dialect: 'gemini' })).toEqual(plain);
  });

  test('another tenant finds nothing', async () => {
    const { keep, restore } = memory();
    keep([asked], [thought, call]);
    const plain = [asked, said(call)];
    expect(await restore(plain, { ...acme, owner: 'other' })).toEqual(plain);
  });

  test('what the client gave back signed is left alone', async () => {
    const { keep, restore } = memory();
    keep([asked], [thought, call]);
    const own = said({ type: 'reasoning', text: 'Mine.', signature: signature('mine') }, call);
    expect(await restore([asked, own])).toEqual([asked, own]);
  });

  test("the client's marks for the prompt's cache stay where they were", async () => {
    const { keep, restore } = memory();
    const text: AssistantBlock = { type: 'text', text: 'Wait.' };
    keep([asked], [thought, text, call]);
    const marked = said({ ...text, cache: { ttl: '1h' } }, { ...call, cache: {} });
    const [, restored] = await restore([asked, marked]);
    expect(restored).toEqual(said(thought, { ...text, cache: { ttl: '1h' } }, { ...call, cache: {} }));
  });

  test('nothing that is not signed is kept, nor what is very large', async () => {
    const kept: string[] = [];
    const set = (_: object, value: string): Promise<void> => Promise.resolve(void kept.push(value));
    const { keep } = memory({ ...memoryStore(), set });
    keep([asked], [{ type: 'reasoning', text: 'Open.' }, call]);
    const source = { kind: 'base64', data: 'A'.repeat(2_000_000) } as const;
    keep([asked], [thought, { type: 'media', mediaType: 'image/png', source }, call]);
    expect(kept).toEqual([]);
    keep([asked], [thought, call]);
    expect(kept).toHaveLength(1);
  });

  test('a store that fails is told to the log once, and the question goes on without', async () => {
    const told: string[] = [];
    const warn = (_: object, message: string): void => void told.push(message);
    const turns = new RememberedTurns({ get: fail, set: fail, delete: fail }, { ...silentLogger, warn });
    turns.keeper(request([asked]), acme)([thought, call]);
    const plain = [asked, said(call), result('call_1', 'x'), said({ ...call, id: 'call_2' })];
    expect((await turns.restore(request(plain), acme)).messages).toEqual(plain);
    expect(told.toSorted()).toEqual(['a turn could not be kept', 'earlier turns could not be looked up']);
  });
});
