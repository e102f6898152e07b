import { describe, expect, test } from 'vitest';
import type { Writing } from './encode-stream.ts';
import { faces } from './faces/faces.ts';
import type { Heard } from './faces/heard.ts';
import { contentOf } from './judge.ts';
import { openGateway } from './open-gateway.ts';
import { playBytes, script, write } from './play-bytes.ts';
import { passesBytes } from './play-stream.ts';
import { gemini } from './vendors/gemini.ts';
import type { Vendor } from './vendors/vendor.ts';
import { vendors } from './vendors/vendors.ts';

const writings: readonly { readonly how: string; readonly writing: Partial<Writing> }[] = [
  { how: 'with LF', writing: {} },
  { how: 'with CR LF', writing: { lineEnd: '\r\n' } },
  { how: 'with CR', writing: { lineEnd: '\r' } },
  { how: 'with a byte order mark', writing: { hasMark: true } },
  { how: 'with comments', writing: { between: ': keep-alive\n\n' } },
  { how: 'with empty events', writing: { between: 'data: \n\n' } },
  { how: 'with JSON on several lines of data', writing: { isIndented: true } },
  { how: 'without a space behind the colon', writing: { hasSpace: false } },
];

/** Understood as a plain stream is, or passed as it came. */
async function expectSame(vendor: Vendor, sent: Buffer, size: number): Promise<void> {
  await using opened = await openGateway();
  const plain = write(vendor.stream(script), vendor);
  for (const face of faces) {
    const stage = { opened, vendor, face };
    const { told, heard } = await playBytes(stage, sent, size);
    const [got, wanted] = passesBytes(stage)
      ? [told.body, new TextDecoder().decode(sent)]
      : [contentOf(heard), contentOf((await playBytes(stage, plain)).heard)];
    expect(got).toEqual(wanted);
  }
}

// Bedrock frames its events in a form of its own.
const writers = vendors.filter(({ dialect }) => dialect !== 'bedrock');

describe.each(writers)('a stream of $dialect', (vendor) => {
  test.each(writings)('$how is understood, however it is cut', async ({ writing }) => {
    const sent = write(vendor.stream(script), vendor, writing);
    // No event is a multiple of it: they are cut elsewhere each time.
    await expectSame(vendor, sent, 17);
    expect.hasAssertions();
  });
});

test.each([
  ['in one piece', Number.POSITIVE_INFINITY],
  ['byte by byte', 1],
])('the array that Google sends where it was not asked for events is a stream, %s', async (_, size) => {
  const chunks = gemini.stream(script).map(({ data }) => JSON.stringify(data));
  const sent = Buffer.from(`[${chunks.join('\n,\r\n')}\n]\n`);
  for (const heard of await hearArray(sent, Math.min(size, sent.length))) {
    const said = { text: 'Größe: 日本 😀', calls: [{ name: 'look' }] };
    expect(heard).toMatchObject({ end: 'clean', ...said, flaws: [] });
  }
});

test('an array that stops short ends in an error', async () => {
  const chunks = gemini.stream(script).map(({ data }) => JSON.stringify(data));
  const whole = `[${chunks.slice(0, -1).join(',')}`;
  for (const text of [whole, `${whole}]`, whole.slice(0, -5), '[', '[]']) {
    for (const heard of await hearArray(Buffer.from(text), text.length))
      expect(heard).toMatchObject({ end: 'error', flaws: [] });
  }
});

/** What each kind of caller is told of an array in place of events. */
async function hearArray(sent: Buffer, size: number): Promise<readonly Heard[]> {
  await using opened = await openGateway();
  const heard: Heard[] = [];
  for (const face of faces) {
    const stage = { opened, vendor: { ...gemini, streamType: 'application/json; charset=UTF-8' }, face };
    heard.push((await playBytes(stage, sent, size)).heard);
  }
  return heard;
}

test.each(vendors)('a stream of $dialect that comes byte by byte is understood', async (vendor) => {
  const { text, ...small } = { text: 'ü日😀', name: 'a', end: 'stop' } as const;
  const sent = write(vendor.stream({ ...small, sayings: [{ kind: 'text', pieces: [text] }] }), vendor);
  await using opened = await openGateway();
  for (const face of faces) {
    const { heard } = await playBytes({ opened, vendor, face }, sent, 1);
    expect(heard).toMatchObject({ end: 'clean', text, flaws: [] });
  }
});
