import type { Gateway } from '@vector-engine/core';
import type { JsonObject } from '../../packages/core/src/protocol/json.ts';
import type { Face } from './faces/faces.ts';
import type { Heard } from './faces/heard.ts';
import { isObject, parseJson } from './read.ts';

/** Milliseconds that any call may take; each does a millisecond's work. */
export const patience = 2000;

/** What came of one call. */
export interface Told {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** The body broke off. */
  readonly isAborted: boolean;
  readonly milliseconds: number;
}

export async function call(gateway: Gateway, path: string, init: RequestInit): Promise<Told> {
  const begun = performance.now();
  const response = await gateway.fetch(`http://gateway${path}`, init);
  let body = '';
  let isAborted = false;
  const decoder = new TextDecoder();
  try {
    for await (const piece of response.body ?? []) body += decoder.decode(piece, { stream: true });
  } catch {
    isAborted = true;
  }
  body += decoder.decode();
  const { status, headers } = response;
  return {
    status,
    type: headers.get('content-type') ?? '',
    body,
    isAborted,
    milliseconds: performance.now() - begun,
  };
}

export function post(body: string | Uint8Array): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body };
}

/** What a caller understands of it; flaws hold what no caller should ever see. */
export function understand(face: Face, told: Told): Heard {
  const { status, body, type } = told;
  if (status !== 200) return { ...nothing, end: 'error', flaws: flawsOfError(face, told) };
  if (told.isAborted) return { ...nothing, end: 'error' };
  if (type.startsWith('text/event-stream') || face.name.includes('array')) return face.hear(body);
  const json = parseJson(body);
  return isObject(json) ? face.hearWhole(json) : { ...nothing, flaws: ['the answer is no JSON object'] };
}

const nothing: Heard = { end: 'torn', text: '', reasoning: '', calls: [], finish: undefined, flaws: [] };

function flawsOfError(face: Face, { status, body, type }: Told): string[] {
  const json = parseJson(body);
  const error: JsonObject | undefined = isObject(json) ? json : undefined;
  if (!type.includes('json') || error === undefined)
    return [`an error that is no JSON: ${body.slice(0, 80)}`];
  const isShaped = face.isError(error) && status >= 400 && status < 600;
  return isShaped ? [] : [`an error in another shape: ${status} ${body.slice(0, 200)}`];
}
