import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../../errors.ts';
import type { Span } from '../../protocol/call.ts';
import { type JsonMember, JsonSyntaxError, scanJsonObject } from '../../protocol/scan-json.ts';
import { findInvalidUtf8 } from './find-invalid-utf8.ts';

/** It is told again in headers, errors and logs. */
const longestModelName = 512;

/**
 * The members of a body that the gateway itself reads, by name.
 *
 * @throws GatewayError `VE_BODY_INVALID` with the position of the mistake; `VE_PARAMETER_INVALID` where one is given twice: it is unclear which one an upstream would take.
 */
export function readMembers(bytes: Buffer, wanted: ReadonlySet<string>): Map<string, JsonMember> {
  if (!isUtf8(bytes)) {
    throw new GatewayError('VE_BODY_INVALID', {
      reason: 'it is not UTF-8',
      position: findInvalidUtf8(bytes),
    });
  }
  const members = new Map<string, JsonMember>();
  for (const member of scanBody(bytes, isWanted(wanted))) {
    if (!wanted.has(member.key)) throw otherCase(member);
    if (members.has(member.key)) {
      throw new GatewayError('VE_PARAMETER_INVALID', {
        parameter: member.key,
        position: member.start,
        reason: `it is given twice, the second time at byte ${member.start}; give it once`,
      });
    }
    members.set(member.key, member);
  }
  return members;
}

/** Servers written in Go take `Model` for `model`, and the last of the two: one that is checked here, and another that counts. */
function isWanted(wanted: ReadonlySet<string>): (key: string) => boolean {
  return (key) => {
    if (wanted.has(key)) return true;
    const name = key.toLowerCase();
    return name === 'model' || (caseless.has(name) && wanted.has(name));
  };
}

/** What the same servers take in any case, and what is checked of it here. */
const caseless = new Set(['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'best_of', 'n']);

function otherCase({ key, start }: JsonMember): GatewayError {
  const reason = `names are in lower case here: write "${key.toLowerCase()}"`;
  return new GatewayError('VE_PARAMETER_INVALID', { parameter: key, position: start, reason });
}

/** @throws GatewayError `VE_BODY_INVALID` */
export function scanBody(bytes: Buffer, wanted: (key: string) => boolean): JsonMember[] {
  try {
    return scanJsonObject(bytes, wanted);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new GatewayError('VE_BODY_INVALID', { reason: error.message, position: error.position });
  }
}

/** @throws GatewayError `VE_PARAMETER_MISSING`, `VE_PARAMETER_INVALID` */
export function readModel(bytes: Buffer, member: JsonMember | undefined): { name: string; span: Span } {
  if (member === undefined) throw new GatewayError('VE_PARAMETER_MISSING', { parameter: 'model' });
  return { name: checkModelName(readValue(bytes, member)), span: member };
}

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function checkModelName(name: unknown): string {
  if (typeof name !== 'string' || name === '' || !name.isWellFormed()) {
    throw new GatewayError('VE_PARAMETER_INVALID', {
      parameter: 'model',
      reason: 'it must be the name of a model',
    });
  }
  if (name.length > longestModelName) {
    throw new GatewayError('VE_PARAMETER_INVALID', {
      parameter: 'model',
      reason: `it is longer than ${longestModelName} characters`,
    });
  }
  return name;
}

/** False where it is left out or null. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readBoolean(bytes: Buffer, member: JsonMember | undefined, parameter: string): boolean {
  if (member === undefined) return false;
  const value = readValue(bytes, member);
  if (value !== null && typeof value !== 'boolean') {
    throw new GatewayError('VE_PARAMETER_INVALID', { parameter, reason: 'it must be true or false' });
  }
  return value === true;
}

/** `[]` or `{}`, with nothing but white space inside. */
export function isEmptyContainer(bytes: Buffer, { start, end }: Span): boolean {
  let at = start + 1;
  while (at < end - 1 && (bytes[at] ?? 0) <= 0x20) at++;
  return at >= end - 1;
}

/** Of a scalar; undefined for objects and arrays. */
export function readValue(bytes: Buffer, member: JsonMember): unknown {
  const opening = bytes[member.start];
  // Objects and arrays are never what the envelope asks for, and may be large.
  if (opening === 0x7b || opening === 0x5b) return undefined;
  return JSON.parse(bytes.toString('utf8', member.start, member.end));
}
