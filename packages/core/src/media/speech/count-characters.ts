import type { SpeechRequest } from '../../protocol/audio.ts';

/** What models that are billed by the character say. */
export function charactersOf({ input }: SpeechRequest): number {
  let characters = 0;
  for (let at = 0; at < input.length; at += (input.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) characters++;
  return characters;
}
