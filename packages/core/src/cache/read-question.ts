import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call } from '../protocol/call.ts';
import { rulesOf } from './cacheable-operations.ts';
import { type CanonicalMembers, canonicalMembers } from './canonical-json.ts';

/** What is asked, as far as the answer depends on it. */
export interface Question {
  /** The same for all bodies that ask the same. */
  readonly text: string;
  /** See `BodyRules.isSteady`. */
  readonly isSteady: boolean;
}

/** Names what was said before in place of saying it; only the gateway knows who may hear it. */
const reference = '"item_reference"';

/** Undefined for what must be asked each time. */
export function readQuestion(call: Call): Question | undefined {
  const rules = rulesOf(call.operation, call.dialect);
  if (rules === undefined || call.isStored || call.isBackground || call.previousId !== undefined)
    return undefined;
  const body = bufferOf(call.bytes).toString('utf8');
  if (call.dialect === 'openai-responses' && body.includes(reference)) return undefined;
  const members = canonicalMembers(body);
  if (members === undefined || rules.isOutward(members)) return undefined;
  const { silent, defaults, dropsNull } = rules;
  let text = streamOptions(call, members);
  for (const [name, value] of members) {
    const isDefault = (dropsNull && value === 'null') || defaults.get(name) === value;
    if (!isDefault && !silent.has(name)) text += `${name}:${value},`;
  }
  return { text, isSteady: rules.isSteady(members) };
}

/** What else than usage is asked of a stream; whether usage is, the envelope says. */
function streamOptions(call: Call, members: CanonicalMembers): string {
  const given = members.get('"stream_options"');
  if (!call.stream || given === undefined) return '';
  const options: unknown = JSON.parse(given);
  if (typeof options !== 'object' || options === null) return '';
  const others = Object.entries(options).filter(
    ([name, value]) => name !== 'include_usage' && value !== null,
  );
  return others.length === 0 ? '' : `"stream_options":${JSON.stringify(others)},`;
}
