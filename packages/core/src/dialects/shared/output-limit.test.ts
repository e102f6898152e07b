import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Call, Dialect, Operation } from '../../protocol/call.ts';
import { loadCodecs } from '../load-codecs.ts';
import { spliceRequest } from '../openai-chat/splice-request.ts';
import { readCall } from '../read-call.ts';

type Body = Record<string, unknown>;

interface Kind {
  readonly dialect: Dialect;
  readonly operation: Operation;
  /** What the dialect must have beside the model. */
  readonly needs: Body;
  /** The member for the longest answer, and the one in its place where a caller has said none. */
  readonly names: readonly [string, ...string[]];
}

const messages = [{ role: 'user', content: 'Hi' }];
const kinds: readonly Kind[] = [
  {
    dialect: 'openai-chat',
    operation: 'chat',
    needs: { messages },
    names: ['max_completion_tokens', 'max_tokens'],
  },
  { dialect: 'openai-chat', operation: 'completions', needs: { prompt: 'Hi' }, names: ['max_tokens'] },
  { dialect: 'openai-responses', operation: 'chat', needs: { input: 'Hi' }, names: ['max_output_tokens'] },
  { dialect: 'anthropic-messages', operation: 'chat', needs: { messages }, names: ['max_tokens'] },
];

function read(body: Body | string, { dialect, operation }: Pick<Kind, 'dialect' | 'operation'>): Call {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const model = dialect === 'gemini' ? { model: 'gemini-pro' } : {};
  return readCall(bytes, { operation, dialect, headers: {}, ...model });
}

function sent(call: Call, maxTokens?: 'max_completion_tokens' | 'max_tokens'): Body {
  const named = maxTokens === undefined ? {} : { maxTokens };
  const bytes = spliceRequest(call, call.model, { asksUsage: false, ...named });
  return JSON.parse(Buffer.from(bytes).toString());
}

/** Without what JSON has not: -0, say. */
function asJson(body: Body): Body {
  return JSON.parse(JSON.stringify(body));
}

const chat = { dialect: 'openai-chat', operation: 'chat' } as const;
const others = fc
  .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
  .map((any) =>
    Object.fromEntries(Object.entries(any).filter(([name]) => !/^(?:__proto__|\d+)$/.test(name))),
  );
/** Far from 16, and from what is said to be no number. */
const limits = fc.integer({ min: 16, max: 5000 });
const said = fc.option(fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constant(null)), { nil: undefined });

describe('the longest answer', () => {
  beforeAll(() => loadCodecs());

  test.each(kinds)('of $dialect $operation is limited, and nothing else of the body is another', (kind) => {
    const needs = { model: 'm', ...kind.needs };
    fc.assert(
      fc.property(others, said, limits, fc.nat(2), fc.nat(4), (any, maximum, limit, which, space) => {
        const name = kind.names[which % kind.names.length] ?? kind.names[0];
        const given = maximum === undefined ? {} : { [name]: maximum };
        const reserved = ['model', 'stream', 'stream_options', 'n', 'best_of', ...kind.names, 'thinking'];
        const free = Object.entries(any).filter(([key]) => !reserved.includes(key.toLowerCase()));
        const body: Body = { ...Object.fromEntries(free), ...needs, ...given };
        const call = read(JSON.stringify(body, null, space), kind);
        expect(call.outputWish()).toEqual({ tokens: maximum ?? undefined, answers: 1 });
        expect(call.limitOutput(limit)).toBe(true);
        const wanted = Math.min(maximum ?? limit, limit);
        const member = maximum === undefined ? kind.names[0] : name;
        expect(sent(call)).toEqual(asJson({ ...body, [member]: wanted }));
        expect(call.outputWish().tokens).toBe(wanted);
        expect(Buffer.from(call.bytes).toString()).toBe(JSON.stringify(body, null, space));
      }),
    );
  });

  test('of Gemini is limited in its configuration, in either spelling', () => {
    const kind = { dialect: 'gemini', operation: 'chat' } as const;
    const configs = fc.constantFrom('generationConfig', 'generation_config');
    const names = fc.constantFrom('maxOutputTokens', 'max_output_tokens');
    fc.assert(
      fc.property(
        configs,
        names,
        others,
        said,
        limits,
        fc.boolean(),
        (config, name, any, maximum, limit, has) => {
          const inner = { ...any, ...(maximum === undefined ? {} : { [name]: maximum }) };
          const body: Body = { contents: [], ...(has ? { [config]: inner } : {}), last: 1 };
          const call = read(body, kind);
          expect(call.limitOutput(limit)).toBe(true);
          const isSaid = has && maximum !== undefined;
          const wanted = isSaid ? Math.min(maximum ?? limit, limit) : limit;
          const place = has ? config : 'generationConfig';
          const member = isSaid ? name : 'maxOutputTokens';
          expect(sent(call)).toEqual(
            asJson({ ...body, [place]: { ...(has ? inner : {}), [member]: wanted } }),
          );
        },
      ),
    );
    for (const body of ['{}', '{ }', '{"generationConfig":null}', '{"generationConfig":{}}']) {
      const call = read(body, kind);
      expect(call.limitOutput(20)).toBe(true);
      expect(sent(call)).toEqual({ generationConfig: { maxOutputTokens: 20 } });
    }
    const both = read(
      { generationConfig: { maxOutputTokens: 5, max_output_tokens: 900, candidateCount: 3 }, contents: [] },
      kind,
    );
    expect(both.outputWish()).toEqual({ tokens: 900, answers: 3 });
    expect(both.limitOutput(300)).toBe(true);
    expect(sent(both)).toMatchObject({ generationConfig: { maxOutputTokens: 5, max_output_tokens: 100 } });
  });

  test('is told as the upstream takes it, where the caller names none', () => {
    const call = read({ model: 'm', messages }, chat);
    expect(call.limitOutput(100)).toBe(true);
    expect(sent(call, 'max_tokens')).toEqual({ max_tokens: 100, model: 'm', messages });
    const both = read({ model: 'm', messages, max_completion_tokens: null, max_tokens: null }, chat);
    expect(both.limitOutput(100)).toBe(true);
    expect(sent(both, 'max_tokens')).toMatchObject({ max_tokens: 100, max_completion_tokens: null });
  });

  test('is shared by answers side by side, those that are thrown away too', () => {
    const call = read({ model: 'm', messages, n: 4, max_tokens: 900 }, chat);
    expect(call.limitOutput(1000)).toBe(true);
    expect(call.outputLimit).toBe(250);
    expect(sent(call)).toMatchObject({ max_tokens: 250, n: 4 });
    const best = read({ model: 'm', prompt: '', best_of: 5, n: 2 }, { ...chat, operation: 'completions' });
    expect(best.outputWish()).toEqual({ tokens: undefined, answers: 5 });
  });

  test('is the same in the canonical form, read before or afterwards', () => {
    for (const isRead of [true, false]) {
      const call = read({ model: 'm', messages, max_tokens: 900 }, chat);
      expect(isRead ? call.canonical().maxTokens : 900).toBe(900);
      expect(call.limitOutput(300)).toBe(true);
      expect(call.canonical().maxTokens).toBe(300);
      // A later one that is larger changes nothing.
      expect(call.limitOutput(500)).toBe(true);
      expect(call.canonical().maxTokens).toBe(300);
      expect(call.limitOutput(200)).toBe(true);
      expect(call.canonical().maxTokens).toBe(200);
    }
  });

  test('is never below what vendors take, and stays as it was then', () => {
    const call = read({ model: 'm', messages, max_tokens: 900 }, chat);
    expect(call.limitOutput(15)).toBe(false);
    expect(call.outputLimit).toBeUndefined();
    expect(sent(call)).toMatchObject({ max_tokens: 900 });
    // Who wants less is within the limit already.
    expect(read({ model: 'm', messages, max_tokens: 5 }, chat).limitOutput(5)).toBe(true);
    const thinking = { type: 'enabled', budget_tokens: 2000 };
    const claude = { dialect: 'anthropic-messages', operation: 'chat' } as const;
    const thinker = read({ model: 'm', messages, max_tokens: 9000, thinking }, claude);
    expect(thinker.limitOutput(2000)).toBe(false);
    expect(thinker.limitOutput(2001)).toBe(true);
    expect(read({ model: 'm', input: 'Hi' }, { ...chat, operation: 'embeddings' }).limitOutput(100)).toBe(
      false,
    );
  });

  test.each([[-1], ['100'], [1.5], [[]], [{ a: 1 }]])('is put right where it is %j', (maximum) => {
    const call = read({ model: 'm', max_tokens: maximum, messages }, chat);
    expect(call.limitOutput(100)).toBe(true);
    expect(sent(call)['max_tokens']).toBe(maximum === 1.5 ? 1.5 : 100);
  });

  test.each(['{"max_tokens":1,"max_tokens":9,', '{"Max_Tokens":9,', '{"MAX_COMPLETION_TOKENS":9,'])(
    'that is not said clearly, %s, is refused',
    (start) => {
      expect(() => read(`${start}"model":"m","messages":[{}]}`, chat)).toThrow('');
    },
  );
});
