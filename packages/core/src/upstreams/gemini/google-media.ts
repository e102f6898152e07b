import type { Operation } from '../../protocol/call.ts';
import type { MediaOperation } from '../../protocol/media.ts';

/** What is asked for at `:generateContent`, as one would ask for a talk. */
const generated: ReadonlySet<Operation> = new Set([
  'chat',
  'images',
  'image-edits',
  'speech',
  'transcriptions',
  'translations',
]);

/** Behind the model's name and a colon, at Google's two addresses; undefined for what neither has. */
export function googleAction(operation: Operation, model: string, stream: boolean): string | undefined {
  if (operation === 'count-tokens') return 'countTokens';
  if (operation === 'video') return 'predictLongRunning';
  if (isImagen(model) && (operation === 'images' || operation === 'image-edits')) return 'predict';
  if (!generated.has(operation)) return undefined;
  return stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
}

/** `vertex` differs in its vectors and pictures. */
export function googleMedia(
  place: 'gemini' | 'vertex',
): (operation: MediaOperation, model: string) => string | undefined {
  return (operation, model) => {
    if (operation === 'embeddings') return place;
    const isPicture = operation === 'images' || operation === 'image-edits';
    if (!isPicture) return 'gemini';
    return isImagen(model) ? 'imagen' : place;
  };
}

/** `imagen-4.0-generate-001`. */
export function isImagen(model: string): boolean {
  return /(?:^|\/)image(?:n|generation)/i.test(model);
}
