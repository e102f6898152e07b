import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../protocol/call.ts';
import { readCall } from '../read-call.ts';
import { spliceRequest } from './splice-request.ts';

const version = { name: 'anthropic_version', value: 'vertex-2023-10-16' };
const member = '"anthropic_version":"vertex-2023-10-16"';

function read(body: string): Call {
  return readCall(Buffer.from(body), { operation: 'chat', dialect: 'anthropic-messages', headers: {} });
}

function spliced(body: string): string {
  return Buffer.from(spliceRequest(read(body), version, { asksUsage: true })).toString();
}

describe('a member in place of the model', () => {
  test.each([
    ['alone', '{"model":"c"}', `{${member}}`],
    ['first', '{"model":"c","max_tokens":9}', `{${member},"max_tokens":9}`],
    ['last', '{"max_tokens":9,"model":"c"}', `{"max_tokens":9,${member}}`],
    ['with space around', '{ "model" :\n "c" ,\t"max_tokens": 9 }', `{ ${member} ,\t"max_tokens": 9 }`],
    ['with a quote in its name', '{"model":"a\\"b","n":{"model":"x"}}', `{${member},"n":{"model":"x"}}`],
    ['escaped', '{"mod\\u0065l":"c","max_tokens":9}', `{${member},"max_tokens":9}`],
  ])('%s', (_where, body, expected) => {
    expect(spliced(body)).toBe(expected);
  });

  test.each([
    ['before it', '{"anthropic_version":"2023-06-01","model":"c","n":1}', `{${member},"n":1}`],
    [
      'right before it, at the end',
      '{"n":1,"anthropic_version":"old" , "model":"c" }',
      `{"n":1,${member}  }`,
    ],
    ['after it', '{"model":"c","anthropic_version":"vertex-2023-10-16"}', `{${member}}`],
    [
      'further after it',
      '{"a":1 ,"model":"c" , "n":1,"anthropic_version":null}',
      `{"a":1 , "n":1,${member}}`,
    ],
  ])('is there once where the caller gives it, too: %s', (_where, body, expected) => {
    expect(spliced(body)).toBe(expected);
  });

  test('the same words deeper in the body stay as they are', () => {
    const rest =
      '"messages":[{"role":"user","content":"\\"anthropic_version\\""}],"x":{"anthropic_version":1}';
    expect(spliced(`{"model":"c",${rest}}`)).toBe(`{${member},${rest}}`);
  });

  test('given twice is refused: it is unclear which one counts', () => {
    const call = read('{"anthropic_version":"a","model":"c","anthropic_version":"b"}');
    expect(() => spliceRequest(call, version, { asksUsage: true })).toThrow(
      expect.objectContaining({ code: 'VE_PARAMETER_INVALID' }),
    );
  });

  test('whatever else is in the body, and wherever the model stands', () => {
    const name = fc.string({ maxLength: 8 }).filter((key) => !/^(model|stream|__proto__)$/i.test(key));
    const members = fc.uniqueArray(fc.tuple(name, fc.jsonValue({ maxDepth: 3 })), {
      selector: ([key]) => key,
      maxLength: 5,
    });
    const given = fc.option(fc.constantFrom('vertex-2023-10-16', '2023-06-01'), { nil: undefined });
    fc.assert(
      fc.property(
        members,
        fc.nat(5),
        fc.tuple(given, fc.nat(6)),
        fc.constantFrom(undefined, 2),
        (...drawn) => {
          const [others, at, [own, ownAt], indent] = drawn;
          const entries: [string, unknown][] = others.toSpliced(at, 0, ['model', 'claude-x']);
          if (own !== undefined) entries.splice(ownAt, 0, ['anthropic_version', own]);
          const body = `{${entries.map(([key, value]) => `${JSON.stringify(key)} : ${JSON.stringify(value, null, indent)}`).join(' ,\n')} }`;
          const expected = { ...Object.fromEntries(others), [version.name]: version.value };
          expect(JSON.parse(spliced(body))).toEqual(JSON.parse(JSON.stringify(expected)));
        },
      ),
    );
  });

  test('a body without a model, as where the address says it, is left alone', () => {
    const bytes = Buffer.from('{"contents":[]}');
    const head = { operation: 'chat', dialect: 'gemini', headers: {}, model: 'gemini-3.0-pro' } as const;
    const call = readCall(bytes, head);
    expect(spliceRequest(call, version, { asksUsage: true })).toBe(bytes);
  });
});
