import { expect, test } from 'vitest';
import { readDataUrl } from './read-data-url.ts';
import { sniffMediaType } from './sniff-media-type.ts';

test.each<[string, ReturnType<typeof readDataUrl>]>([
  ['data:image/png;base64,iVBO', { mediaType: 'image/png', parameters: '', data: 'iVBO' }],
  ['DATA:image/png;BASE64,iVBO', { mediaType: 'image/png', parameters: '', data: 'iVBO' }],
  ['data:audio/pcm;rate=16000;base64,AA', { mediaType: 'audio/pcm', parameters: ';rate=16000', data: 'AA' }],
  ['data:;base64,AA', { mediaType: undefined, parameters: '', data: 'AA' }],
  ['data:,a%20b', { mediaType: undefined, parameters: '', data: 'YSBi' }],
  ['data:text/plain,100%', { mediaType: 'text/plain', parameters: '', data: 'MTAwJQ==' }],
  ['https://example.com/a.png', undefined],
  ['data:image/png', undefined],
])('%s', (url, data) => {
  expect(readDataUrl(url)).toEqual(data);
});

test('the first bytes tell the type, within what is known of it', () => {
  expect(sniffMediaType('iVBORw0KGgoAAAA')).toBe('image/png');
  expect(sniffMediaType('UklGRiQAAABXQVZF', 'audio/')).toBe('audio/wav');
  expect(sniffMediaType('JVBERi0', 'image/')).toBeUndefined();
});
