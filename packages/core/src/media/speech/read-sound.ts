import { field, objectField } from '../../dialects/gemini/read.ts';
import { protocolError, stringOf } from '../../dialects/shared/read.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { partsOf } from '../shared/read-gemini.ts';

/**
 * The samples in an answer. `audio/L16;codec=pcm;rate=24000`: little-endian, whatever the name would say elsewhere.
 *
 * @throws GatewayError `VE_UPSTREAM_PROTOCOL` for sound in another form
 */
export function soundIn(body: JsonObject): readonly { readonly rate: number; readonly data: Buffer }[] {
  return partsOf(body).flatMap((part) => {
    const inline = objectField(part, 'inlineData');
    const data = inline && stringOf(field(inline, 'data'));
    if (inline === undefined || data === undefined) return [];
    const type = stringOf(field(inline, 'mimeType')) ?? '';
    if (!/l16|pcm/i.test(type)) throw protocolError(`the sound is ${type}, not samples`);
    const [, rate = '24000'] = /;\s*rate=(\d{4,6})/.exec(type) ?? [];
    return [{ rate: Number(rate), data: Buffer.from(data, 'base64') }];
  });
}
