import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteGo, quoteJava, quotePython, quoteScript, quoteShell } from './quote-text.ts';

/** What people type, and what somebody would type to get out of the quotes. */
const nasty = [
  '',
  'plain',
  `it's "quoted"`,
  'two\nlines\r\nand\ttabs',
  '$HOME ${HOME} $(id) `id` !!',
  '\\ \\n \\u0022 \\\\',
  '</script><!-- \u2028 \u2029 \uFEFF \u0000 \u0001 \u001f \u007f',
  '中文 😀 é',
  '%s {} #{x} """ \'\'\' */ //',
  "'; rm -rf / #",
];
const texts = fc.string({ unit: 'binary', maxLength: 40 });

/** A literal of Go, Python or Java without the features of the others, read by the rules of each language. */
function decode(literal: string, { escapes, isJava = false }: { escapes: string; isJava?: boolean }): string {
  // Java reads these before it looks for literals: https://docs.oracle.com/javase/specs/jls/se21/html/jls-3.html#jls-3.3
  const source = isJava
    ? literal.replace(/(\\\\)|\\u+([0-9a-fA-F]{4})/g, (found, pair?: string, code?: string) =>
        pair !== undefined || code === undefined ? found : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : literal;
  expect(source).toMatch(/^"[^"\n\r]*(?:\\.[^"\n\r]*)*"$/su);
  let said = '';
  const inner = source.slice(1, -1);
  for (let at = 0; at < inner.length; at++) {
    const character = inner.charAt(at);
    expect(character === '"' || character === '\n').toBe(false);
    if (character !== '\\') {
      said += character;
      continue;
    }
    const next = inner.charAt(++at);
    const simple: Record<string, string> = {
      n: '\n',
      r: '\r',
      t: '\t',
      b: '\b',
      f: '\f',
      '"': '"',
      '\\': '\\',
    };
    if (simple[next] !== undefined) said += simple[next];
    else if (next === 'u' && escapes.includes('u')) {
      said += String.fromCharCode(Number.parseInt(inner.slice(at + 1, at + 5), 16));
      at += 4;
    } else if (/[0-3]/.test(next) && escapes.includes('0')) {
      said += String.fromCharCode(Number.parseInt(inner.slice(at, at + 3), 8));
      at += 2;
    } else throw new Error(`\\${next} is no escape here`);
  }
  return said;
}

test.each([
  ['JavaScript', (text: string): unknown => runInNewContext(quoteScript(text))],
  ['Python', (text: string) => decode(quotePython(text), { escapes: 'u' })],
  ['Go', (text: string) => decode(quoteGo(text), { escapes: 'u' })],
  ['Java', (text: string) => decode(quoteJava(text), { escapes: '0', isJava: true })],
])('a text in %s is that text', (_language, read) => {
  for (const text of nasty) expect(read(text)).toBe(text);
  fc.assert(
    fc.property(texts, (text) => {
      expect(read(text)).toBe(text);
    }),
  );
});

test('what would end a line, or begin a file, does not stand in a literal as it is', () => {
  const text = 'a\n\r\u2028\u2029\uFEFF';
  expect(quoteScript(text)).not.toMatch(/[\n\r\u2028\u2029]/);
  expect(quoteGo(text)).not.toMatch(/[\n\r\uFEFF]/);
  expect([quotePython(text), quoteJava(text)].join('')).not.toMatch(/[\n\r]/);
});

test('a text in a shell is that text, and nothing of it is run', () => {
  for (const text of nasty) {
    const said = execFileSync('/bin/sh', ['-c', `printf %s ${quoteShell(text)}`], { encoding: 'utf8' });
    expect(said).toBe(text.replaceAll('\0', '\uFFFD'));
  }
});

test('half of a surrogate pair is replaced where it cannot be written', () => {
  expect([quoteGo('a\ud800'), quoteJava('a\ud800'), quotePython('a\ud800'), quoteShell('a\ud800')]).toEqual([
    '"a\uFFFD"',
    '"a\uFFFD"',
    '"a\uFFFD"',
    "'a\uFFFD'",
  ]);
});
