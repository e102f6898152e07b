import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { dialects } from '../open-gateway.ts';

/** Parts that requests of all formats have; most of what is made of them is valid. */

export type Wire = fc.Arbitrary<Json>;
export type WireObject = fc.Arbitrary<JsonObject>;

/** An object of these fields, any of which may be left out but the required. */
export function fields(model: Readonly<Record<string, Wire>>, ...required: readonly string[]): WireObject {
  return fc.record(model, { requiredKeys: [...required] }) as WireObject;
}

export const word = (...words: readonly string[]): Wire => fc.constantFrom(...words);
export const list = (item: Wire, maxLength = 3): Wire => fc.array(item, { maxLength });

/** Usually one that is served. */
export const model: Wire = word(...dialects);
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'Hello', ' ', '\n', '"', '\\u0000', '0', '😀', 'data: [DONE]', '\u0000'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
export const name: Wire = word('look', 'search_2', 'a-b', 'search');
export const flag: Wire = fc.boolean();
export const share: Wire = fc.constantFrom(0, 0.5, 1, 1.5, 2);
export const tokens: Wire = fc.constantFrom(1, 16, 1024, 4096, 100_000);
export const metadata: Wire = fc.dictionary(fc.constantFrom('user_id', 'a', 'trace'), text, { maxKeys: 2 });

export const schema: WireObject = fc.constantFrom<JsonObject>(
  { type: 'object' },
  { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
  {
    type: 'object',
    properties: { list: { type: 'array', items: { $ref: '#/$defs/item' } } },
    $defs: { item: {} },
  },
  { anyOf: [{ type: 'object' }, { type: 'null' }], title: 'T' },
  {},
);

/** Arguments of a call, as JSON text; some are none. */
export const args: Wire = word('{}', '{"a":1}', '', '{"a":', 'null', '[]', '{"__proto__":1}');
export const callId: Wire = word('call_1', 'call_2', 'toolu_1', 'tooluse_1', 'é');
export const base64: Wire = word('aGVsbG8=', '', 'iVBORw0KGgo=', '/9j/4AAQ', 'JVBERi0x', 'not base64!');
export const imageType: Wire = word('image/png', 'image/jpeg', 'image/webp', 'image/gif');
export const url: Wire = word(
  'https://example.test/a.png',
  'data:image/png;base64,iVBORw0KGgo=',
  'data:,x',
  'gs://bucket/a.pdf',
  'file-abc',
);
/** Opaque to all but who gave it; one of another vendor's, wrapped by the gateway, among them. */
export const signature: Wire = word('c2lnbmVk', '', Buffer.from('ve:gemini:c2ln').toString('base64'));
export const cacheControl: WireObject = fc.constantFrom<JsonObject>(
  { type: 'ephemeral' },
  { type: 'ephemeral', ttl: '1h' },
);
