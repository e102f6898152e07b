import type { TranscriptionRequest } from '../../protocol/audio.ts';

const always = ['model', 'file', 'response_format', 'stream'];

/** Of all fields and files of the form, the names of what the vendor is not told. */
export function untoldOf(
  { form: { fields, files } }: TranscriptionRequest,
  told: readonly string[],
): readonly string[] {
  const given = [...fields.filter(([, value]) => value !== ''), ...files];
  // `include[]` and `chunking_strategy[type]` are parts of one parameter.
  const names = new Set(given.map(([name]) => name.replace(/\[.*$/s, '')));
  return [...names].filter((name) => !always.includes(name) && !told.includes(name));
}

/** The values of a list in a form: `name[]`, or `name` time and again. */
export function listOfField({ form: { fields } }: TranscriptionRequest, name: string): readonly string[] {
  return fields.filter(([written]) => written.replace(/\[\d*\]$/, '') === name).map(([, value]) => value);
}
