import { array, assert, constantFrom, dictionary, jsonValue, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prefixKey } from './prefix-key.ts';

const keyOf = (body: unknown, indent = 0): string | undefined =>
  prefixKey(Buffer.from(JSON.stringify(body, null, indent)));

/** One conversation with these system words, of so many turns, in a vendor's format. */
type Render = (system: string, said: readonly string[]) => object;

const roles = (said: readonly string[], assistant: string): [role: string, text: string][] =>
  said.map((text, index) => [index % 2 === 0 ? 'user' : assistant, text]);

const dialects: readonly (readonly [name: string, render: Render])[] = [
  [
    'openai-chat',
    (system, said) => ({
      model: 'gpt',
      stream: said.length > 2,
      messages: [
        { role: 'system', content: system },
        ...roles(said, 'assistant').map(([role, content]) => ({ role, content })),
      ],
    }),
  ],
  [
    'openai-responses',
    (system, said) => ({
      instructions: system,
      input: roles(said, 'assistant').map(([role, text]) => ({
        type: 'message',
        role,
        content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }],
      })),
    }),
  ],
  [
    'anthropic-messages',
    (system, said) => ({
      max_tokens: 5 + said.length,
      system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
      messages: roles(said, 'assistant').map(([role, text], index) => ({
        role,
        content: [
          {
            type: 'text',
            text,
            // As Anthropic recommends it: at the end of the conversation, wherever that is.
            ...(index === said.length - 1 ? { cache_control: { type: 'ephemeral' } } : {}),
          },
        ],
      })),
    }),
  ],
  [
    'gemini',
    (system, said) => ({
      system_instruction: { parts: [{ text: system }] },
      contents: roles(said, 'model').map(([role, text]) => ({ parts: [{ text }], role })),
      generationConfig: { maxOutputTokens: said.length },
    }),
  ],
  [
    'bedrock',
    (system, said) => ({
      system: [{ text: system }],
      messages: roles(said, 'assistant').map(([role, text], index) => ({
        role,
        content: [{ text }, ...(index === said.length - 1 ? [{ cachePoint: { type: 'default' } }] : [])],
      })),
    }),
  ],
];

const short = 'You are helpful.';
const long = 'You answer questions about the law of the sea. '.repeat(120);

describe.each(dialects)('%s', (_, render) => {
  test('the turns of a conversation have one key', () => {
    assert(
      property(
        string({ unit: 'binary', maxLength: 6000 }),
        array(string({ unit: 'binary' }), { minLength: 1, maxLength: 7 }),
        (system, said) => {
          const keys = said.map((__, index) => keyOf(render(system, said.slice(0, index + 1))));
          expect(new Set(keys).size).toBe(1);
          expect(keys[0]).toBeTypeOf('string');
        },
      ),
      { numRuns: 50 },
    );
  });

  test('quotes and brackets in what is said are no ends of it', () => {
    for (const words of [
      'He said: "}]}"',
      'a \\',
      '\\"',
      '{"role":"user"}',
      '"user"',
      '[{"cache_control":{',
    ]) {
      const key = keyOf(render(`${short} ${words}`, [words]));
      expect(keyOf(render(`${short} ${words}`, [words, 'Yes', 'And now?']))).toBe(key);
      expect(keyOf(render(`${short} ${words}`, [`${words}!`]))).not.toBe(key);
    }
  });

  test('all requests under one long system prompt have one key', () => {
    expect(keyOf(render(long, ['What is a strait?']))).toBe(
      keyOf(render(long, ['And a bay?', 'A bight.', 'Oh'])),
    );
    expect(keyOf(render(long, ['Hello']))).not.toBe(keyOf(render(`Now: ${long}`, ['Hello'])));
  });

  test("different users' short requests have different keys", () => {
    const keys = Array.from({ length: 500 }, (__, index) => keyOf(render(short, [`I am user ${index}`])));
    expect(new Set(keys).size).toBe(500);
    expect(keyOf(render(short, ['Hello']))).not.toBe(keyOf(render('You are terse.', ['Hello'])));
  });

  test('white space is no difference', () => {
    expect(keyOf(render(short, ['Hello', 'Hi', 'Bye']), 2)).toBe(keyOf(render(short, ['Hello'])));
  });
});

const said = (length: number, end = ''): object => ({
  messages: [{ role: 'user', content: 'x'.repeat(length) + end }],
});
const says = (content: string): object => ({ messages: [{ role: 'user', content }] });

describe('the first 4,096 bytes', () => {
  /** What stands before the words. */
  const before = '"role""user""content""'.length;

  test('count, and what follows does not', () => {
    expect(keyOf(said(4096 - before, 'a'))).toBe(keyOf(said(4096 - before, 'b')));
    expect(keyOf(said(4095 - before, 'a'))).not.toBe(keyOf(said(4095 - before, 'b')));
  });

  test('hold the tools before the system prompt, and that before the conversation, in whatever order they stand', () => {
    const tools = [{ name: 'search', description: 'x'.repeat(5000) }];
    expect(keyOf({ messages: ['a'], system: 'b', tools })).toBe(
      keyOf({ tools, system: 'c', messages: ['d'] }),
    );
    expect(keyOf({ system: 'b', messages: ['a'] })).toBe(keyOf({ messages: ['a'], system: 'b' }));
  });

  test('a body of megabytes takes no longer than a small one', () => {
    const numbers = Buffer.from(`{"prompt":[${'1,'.repeat(2_000_000)}1]}`);
    // The scan of the whole body is not what is measured: it has been read before, for the model's name.
    const startedAt = performance.now();
    expect(prefixKey(numbers)).toBeTypeOf('string');
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('any other body', () => {
  test('that holds nothing to share has no key', () => {
    expect(keyOf({})).toBeUndefined();
    expect(keyOf({ model: 'x', messages: [] })).toBeUndefined();
    expect(keyOf({ messages: null, system: {} })).not.toBe(keyOf({ messages: ['a'] }));
  });

  test('texts and tokens of completions and embeddings count, too', () => {
    expect(keyOf({ prompt: 'Once upon' })).not.toBe(keyOf({ prompt: 'A time' }));
    expect(keyOf({ input: [1, 2, 3] })).not.toBe(keyOf({ input: [1, 2, 4] }));
  });

  test('a mark of the cache as a word of the user is a word', () => {
    expect(keyOf(says('cache_control'))).not.toBe(keyOf(says('cachePoint')));
    expect(keyOf(says('cache_control'))).not.toBe(keyOf(says('')));
  });

  test('of any shape has a key or none, and is not left alone with an error', () => {
    const name = constantFrom('messages', 'contents', 'input', 'system', 'tools', 'x', 'cache_control');
    const value = oneof(jsonValue(), array(dictionary(name, jsonValue())));
    assert(
      property(dictionary(name, value), (body) => {
        const key = keyOf(body);
        expect(key === undefined || /^[0-9a-z]{1,7}$/.test(key)).toBe(true);
        expect(keyOf(body)).toBe(key);
      }),
    );
  });
});
