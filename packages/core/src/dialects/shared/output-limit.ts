import { bufferOf } from '../../protocol/buffer-of.ts';
import type { Call, Dialect, OutputWish, Span } from '../../protocol/call.ts';
import { type JsonMember, scanJsonObject } from '../../protocol/scan-json.ts';
import { isEmptyContainer, readValue } from './read-members.ts';

/** Tokens: some vendors refuse a longest answer that is shorter. */
const leastOutput = 16;

/** What a body says of the longest answer, by the dialect that it is in. */
export const outputMembers: Readonly<Record<Dialect, readonly string[]>> = {
  'openai-chat': ['max_tokens', 'max_completion_tokens', 'best_of'],
  'openai-responses': ['max_output_tokens'],
  'anthropic-messages': ['max_tokens', 'thinking'],
  gemini: ['generationConfig', 'generation_config'],
  bedrock: [],
};

/** Of these the number itself; the others hold it, or something that hangs on it. */
const maxima: ReadonlySet<string> = new Set([
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'maxOutputTokens',
]);
const nested: ReadonlySet<string> = new Set(['maxOutputTokens', 'max_output_tokens']);
const counts: ReadonlySet<string> = new Set(['best_of', 'candidateCount', 'candidate_count']);
const configs: ReadonlySet<string> = new Set(['generationConfig', 'generation_config']);

type Said = Pick<Call, 'bytes' | 'choices' | 'dialect' | 'operation' | 'splice'>;

interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** The members of a body that `outputMembers` names. */
export function pickOutput(
  members: ReadonlyMap<string, JsonMember>,
  dialect: Dialect,
): readonly JsonMember[] {
  const found: JsonMember[] = [];
  for (const name of outputMembers[dialect]) {
    const member = members.get(name);
    if (member !== undefined) found.push(member);
  }
  return found;
}

/** What the caller says: the largest number, where it says several, and as many answers as are made. */
export function readOutputWish(call: Said): OutputWish {
  let tokens: number | undefined;
  let answers = call.choices;
  for (const member of membersOf(call)) {
    const count = countAt(call, member);
    if (count === undefined) continue;
    if (counts.has(member.key)) answers = Math.max(answers, count);
    else if (isMaximum(member)) tokens = Math.max(tokens ?? 0, count);
  }
  return { tokens, answers };
}

/** Whether the body can be made to ask for so many tokens, for each answer, and its vendor take it then. */
export function canLimit(call: Said, tokens: number): boolean {
  const { operation, dialect } = call;
  if (operation !== 'chat' && operation !== 'completions') return false;
  return tokens >= leastOutput && dialect !== 'bedrock' && thinkingIn(call) < tokens;
}

/** What makes the body ask for no more than so many tokens, for each answer. `name`: of the member, where there is none yet. */
export function limitEdits(call: Said, tokens: number, name: string): readonly Edit[] {
  const text = String(tokens);
  const said = membersOf(call).filter(isMaximum);
  const meant = said.filter((member) => !isNull(call, member));
  if (meant.length > 0)
    return meant.filter((member) => !isWithin(call, member, tokens)).map((span) => ({ span, text }));
  const [first] = said;
  if (first !== undefined) return [{ span: said.find(({ key }) => key === name) ?? first, text }];
  if (call.dialect === 'gemini') return [configEdit(call, text)];
  return [insertInto(bufferOf(call.bytes), 0, `"${name}":${text}`)];
}

/** What stands in the configuration that Google has for it. */
function configEdit(call: Said, text: string): Edit {
  const bytes = bufferOf(call.bytes);
  const member = `"maxOutputTokens":${text}`;
  const [config] = call.splice.output ?? [];
  if (config === undefined) return insertInto(bytes, 0, `"generationConfig":{${member}}`);
  return bytes[config.start] === 0x7b
    ? insertInto(bytes, config.start, member)
    : { span: config, text: `{${member}}` };
}

/** As the first member of the object that begins at or after `from`. */
function insertInto(bytes: Buffer, from: number, member: string): Edit {
  const start = bytes.indexOf(0x7b, from);
  const isEmpty = isEmptyContainer(bytes, { start, end: endOf(bytes, start) });
  return { span: { start: start + 1, end: start + 1 }, text: isEmpty ? member : `${member},` };
}

/** Enough to see whether anything is in the object. */
function endOf(bytes: Buffer, start: number): number {
  let at = start + 1;
  while ((bytes[at] ?? 0x7d) <= 0x20) at++;
  return bytes[at] === 0x7d ? at + 1 : bytes.length;
}

/** Also those inside of Google's configuration. */
function membersOf(call: Said): readonly JsonMember[] {
  const { output = [] } = call.splice;
  if (call.dialect !== 'gemini') return output;
  return output.flatMap((member) => innerOf(call, member));
}

function innerOf(call: Said, { key, start, end }: JsonMember): readonly JsonMember[] {
  const bytes = bufferOf(call.bytes);
  if (!configs.has(key) || bytes[start] !== 0x7b) return [];
  return scanJsonObject(bytes.subarray(start, end), (name) => nested.has(name) || counts.has(name)).map(
    (inner) => ({ key: inner.key, start: start + inner.start, end: start + inner.end }),
  );
}

/** Tokens that Claude is to think: it must be allowed to write more than those. */
function thinkingIn(call: Said): number {
  const member = call.splice.output?.find(({ key }) => key === 'thinking');
  const bytes = bufferOf(call.bytes);
  if (member === undefined || bytes[member.start] !== 0x7b) return 0;
  const inner = bytes.subarray(member.start, member.end);
  const budgets = scanJsonObject(inner, (name) => name === 'budget_tokens');
  return Math.max(0, ...budgets.map((budget) => toCount(readValue(inner, budget)) ?? 0));
}

function isMaximum({ key }: JsonMember): boolean {
  return maxima.has(key);
}

function isNull(call: Said, member: JsonMember): boolean {
  return bufferOf(call.bytes)[member.start] === 0x6e;
}

function isWithin(call: Said, member: JsonMember, tokens: number): boolean {
  const count = countAt(call, member);
  return count !== undefined && count <= tokens;
}

function countAt(call: Said, member: JsonMember): number | undefined {
  return toCount(readValue(bufferOf(call.bytes), member));
}

/** Some take -1 for no end at all; what is no number is for the vendor to refuse. */
function toCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 ? Math.ceil(value) : undefined;
}
