/** How common files begin, in Base64. RIFF holds pictures and sound. */
const beginnings: readonly (readonly [beginning: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['UklGR', 'audio/wav'],
  ['JVBERi0', 'application/pdf'],
];

/** The type of a file, told by its first bytes; `family` is what is known of it ("image/"). */
export function sniffMediaType(base64: string, family = ''): string | undefined {
  return beginnings.find(([start, type]) => base64.startsWith(start) && type.startsWith(family))?.[1];
}
