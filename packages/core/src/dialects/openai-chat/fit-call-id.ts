import { hashOf } from '../shared/read.ts';
import type { AllQuirks } from './quirks.ts';

const nine = /^[A-Za-z0-9]{9}$/;

/**
 * The id of a tool call as the member takes it. Mistral refuses all but nine letters and digits; the ids of others
 * become nine that are always the same, so that calls and results still find each other.
 */
export function fitCallId(id: string, form: AllQuirks['callIds']): string {
  if (form === 'any' || nine.test(id)) return id;
  return `${hashOf(id).padStart(7, '0')}${hashOf(`${id}:`)}`.slice(0, 9).padEnd(9, '0');
}
