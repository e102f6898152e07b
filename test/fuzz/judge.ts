import type { Face } from './faces/faces.ts';
import type { Heard, HeardCall } from './faces/heard.ts';
import { patience, type Told } from './listen.ts';
import { isObject, parseJson } from './read.ts';
import { tokensIn } from './script.ts';
import type { Truth } from './truth.ts';

/** What was sent, and what was heard of it. */
export interface Played {
  readonly face: Face;
  readonly told: Told;
  readonly heard: Heard;
  /** As it left the upstream. */
  readonly sent: Buffer;
  /** Undefined where the bytes themselves were changed: then anything may stand in them. */
  readonly truth: Truth | undefined;
  /** Not all that was said need be heard. */
  readonly isLoose: boolean;
}

/** What is wrong with an answer that was translated; empty where nothing is. */
export function faultsIn({ told, heard, truth, isLoose }: Played): readonly string[] {
  const faults = [...faultsOfCall(told), ...heard.flaws];
  if (heard.end === 'torn') faults.push('neither an end nor an error');
  if (truth === undefined || heard.end !== 'clean') return faults;
  // What a tool cannot read is not taken for whole; what was damaged may have been of a kind that is not known.
  const isExcused = truth.fault === 'damaged' && isLoose;
  if (truth.fault !== undefined && !isExcused && heard.calls.every(isReadable))
    faults.push(`${truth.fault}, and taken for whole`);
  const found = count(
    tokensIn([heard.text, heard.reasoning, ...heard.calls.map(({ input }) => input)].join()),
  );
  for (const [one, times] of found)
    if (times > (truth.most.get(one) ?? 0)) faults.push(`${one} is heard ${times} times`);
  if (!isLoose)
    for (const [one, times] of count(truth.said))
      if ((found.get(one) ?? 0) < times) faults.push(`${one} was said ${times} times, and is lost`);
  return faults;
}

function faultsOfCall({ milliseconds, status }: Told): string[] {
  return [
    ...(milliseconds > patience ? [`took ${milliseconds} ms`] : []),
    ...(status === 500 ? ['the gateway itself failed'] : []),
  ];
}

/** Where the format takes objects only, what is none is shown in one. */
function isReadable({ input }: HeardCall): boolean {
  return isObject(parseJson(input)) && !/INVALID_JSON|unreadable_arguments/.test(input);
}

function count(found: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** What a caller makes of it, without what is made up for each answer. */
export function contentOf({ end, text, reasoning, calls, finish }: Heard): object {
  return { end, text, reasoning, calls, finish };
}

/** What is wrong with an answer whose bytes pass as they are: nothing may be in it but those, and an error at the end. */
export function faultsOfPassing({ face, told, heard, sent, truth }: Played): readonly string[] {
  const faults = faultsOfCall(told);
  const { status, body, isAborted } = told;
  if (status !== 200) {
    const json = parseJson(body);
    return isObject(json) && 'error' in json ? faults : [...faults, 'an error that is none'];
  }
  const added = body.slice(lengthOfShared(body, new TextDecoder().decode(sent)));
  if (added !== '' && face.hear(added).end !== 'error')
    faults.push(`says of its own: ${added.slice(0, 100)}`);
  const isTold = isAborted || added !== '' || heard.end === 'error' || heard.flaws.length > 0;
  // The caller sees what is damaged as the upstream has damaged it.
  const fault = truth?.fault === 'damaged' ? undefined : truth?.fault;
  if (fault !== undefined && !isTold) faults.push(`${fault}, and not told`);
  return faults;
}

/** Characters that both begin with, in whole events. */
function lengthOfShared(body: string, sent: string): number {
  if (sent.startsWith(body)) return body.length;
  let length = 0;
  while (length < body.length && body[length] === sent[length]) length++;
  const ends = [...body.slice(0, length).matchAll(/(?:\r\n|\n|\r){2}/g)].at(-1);
  return ends === undefined ? 0 : ends.index + ends[0].length;
}
