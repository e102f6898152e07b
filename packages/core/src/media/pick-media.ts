import { GatewayError } from '../errors.ts';
import type { JobFormat } from '../protocol/job.ts';
import type { MediaFamily, MediaFormat, MediaOperation } from '../protocol/media.ts';
import { mediaOf } from './load-media.ts';

/**
 * Of a kind that only the operation tells: what one of its functions returns is given to others of the same kind, and to
 * nobody else.
 */
export type AnyFamily = MediaFamily<unknown, unknown>;
export type AnyFormat = MediaFormat<unknown, unknown>;
export type AnyJobFormat = JobFormat<unknown>;

/** Of media that are loaded. */
export function familyOf(operation: MediaOperation): AnyFamily {
  // The tables are typed by what they hold.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return find(mediaOf().families, operation) as AnyFamily;
}

/** `speech`: the name of a format, or one of the operator's own. */
export function formatOf(operation: MediaOperation, speech: string | MediaFormat<never, unknown>): AnyFormat {
  const format = typeof speech === 'string' ? find(find(mediaOf().formats, operation), speech) : speech;
  // It is given what the family of its operation has read, and nothing else.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return format as AnyFormat;
}

export function jobFormatOf(operation: MediaOperation, speech: string | JobFormat<never>): AnyJobFormat {
  const format = typeof speech === 'string' ? find(find(mediaOf().jobs, operation), speech) : speech;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return format as AnyJobFormat;
}

/** Names come from descriptions of upstreams, which the operator may have written. */
function find(table: object, name: string): object {
  const found: unknown = Object.hasOwn(table, name) ? Reflect.get(table, name) : undefined;
  if (typeof found === 'object' && found !== null) return found;
  throw new GatewayError('VE_INTERNAL', {}, { cause: new TypeError(`no format "${name}" is known`) });
}
