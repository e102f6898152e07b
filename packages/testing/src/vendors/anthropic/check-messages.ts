import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import type { ClaudeFacts } from './claude-facts.ts';

/** A block with its place: `messages.{message}.content.{index}`. */
export interface PlacedBlock {
  readonly block: JsonObject;
  readonly message: number;
  readonly index: number;
}

/** Neighbouring messages of one role, which Anthropic takes as one. */
export interface Turn {
  readonly role: string;
  /** The place of its first message. */
  readonly message: number;
  readonly blocks: readonly PlacedBlock[];
}

/** The conversation in turns. Text as content is one block of text. */
export function readTurns(messages: unknown): readonly Turn[] {
  const turns: { role: string; message: number; blocks: PlacedBlock[] }[] = [];
  for (const [message, { role, content }] of readList(messages).filter(isJsonObject).entries()) {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : readList(content);
    const placed = blocks.filter(isJsonObject).map((block, index) => ({ block, message, index }));
    const last = turns.at(-1);
    if (last !== undefined && last.role === role) last.blocks.push(...placed);
    else turns.push({ role: readString(role) ?? '', message, blocks: placed });
  }
  return turns;
}

/** What Anthropic refuses about the order and the content of messages, in its words. */
export function checkMessages(turns: readonly Turn[], facts: ClaudeFacts): string | undefined {
  if (turns.length === 0) return 'messages: at least one message is required';
  const late = turns.find(({ role }) => role === 'system');
  if (late !== undefined && (!facts.takesLateSystem || late.message === 0)) {
    return `messages.${late.message}: Unexpected role "system". The Messages API accepts a top-level \`system\` parameter, not "system" as an input message role.`;
  }
  if (turns[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  return checkContent(turns) ?? checkToolUse(turns) ?? checkEnd(turns, facts);
}

function checkContent(turns: readonly Turn[]): string | undefined {
  for (const [at, turn] of turns.entries()) {
    const isLast = at === turns.length - 1;
    if (turn.blocks.length === 0 && !(isLast && turn.role === 'assistant')) {
      return `messages.${turn.message}: all messages must have non-empty content except for the optional final assistant message`;
    }
    for (const { block } of turn.blocks) {
      const text = block.type === 'text' ? readString(block.text) : undefined;
      if (text === '') return 'messages: text content blocks must be non-empty';
      if (text?.trim() === '') return 'messages: text content blocks must contain non-whitespace text';
    }
    const stray = turn.blocks.find(({ block }) => belongsElsewhere(readString(block.type), turn.role));
    if (stray !== undefined) {
      return `messages.${stray.message}: \`${String(stray.block.type)}\` blocks can only be in \`${turn.role === 'user' ? 'assistant' : 'user'}\` messages`;
    }
  }
  return undefined;
}

const assistantOnly = new Set(['tool_use', 'thinking', 'redacted_thinking', 'server_tool_use']);
const userOnly = new Set(['tool_result', 'image', 'search_result']);

function belongsElsewhere(type: string | undefined, role: string): boolean {
  return (role === 'assistant' ? userOnly : assistantOnly).has(type ?? '');
}

/** What API version 2026-10-21 refuses beside: https://platform.claude.com/docs/en/api/migration-2026-10-21. */
export function checkNewRules(turns: readonly Turn[]): string | undefined {
  for (const { role, blocks } of turns) {
    for (const { block, message, index } of blocks) {
      const place = `messages.${message}.content.${index}`;
      if (role === 'assistant' && block.type === 'document') {
        return `${place}: \`document\` blocks are not permitted in \`assistant\` messages`;
      }
      if (role === 'user' && block.type === 'text' && readList(block.citations).length > 0) {
        return `${place}.text.citations: citations are not permitted in \`user\` messages`;
      }
    }
  }
  return undefined;
}

/** Every call is answered at the beginning of the next turn, and every result answers a call of the turn before it. */
function checkToolUse(turns: readonly Turn[]): string | undefined {
  const seen = new Set<string>();
  for (const [at, turn] of turns.entries()) {
    for (const { block, message, index } of turn.blocks.filter(isCall)) {
      const id = readString(block.id) ?? '';
      if (seen.has(id)) return `messages.${message}.content.${index}: \`tool_use\` ids must be unique`;
      seen.add(id);
    }
    const calls = idsOf(turns[at - 1], 'tool_use', 'id');
    const stray = turn.blocks.find(
      ({ block }) => block.type === 'tool_result' && !calls.includes(readString(block.tool_use_id) ?? ''),
    );
    if (stray !== undefined) {
      return `messages.${stray.message}.content.${stray.index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(stray.block.tool_use_id)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    const unanswered = findUnanswered(turn, turns[at + 1]);
    if (unanswered.length > 0 && turn.role === 'assistant') {
      const last = turn.blocks.at(-1)?.message ?? turn.message;
      return `messages.${last}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    }
    const results = idsOf(turn, 'tool_result', 'tool_use_id');
    const twice = results.find((id, index) => results.indexOf(id) !== index);
    if (twice !== undefined) {
      return `messages.${turn.message}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${twice}`;
    }
  }
  return undefined;
}

function isCall({ block }: PlacedBlock): boolean {
  return block.type === 'tool_use';
}

function findUnanswered(turn: Turn, next: Turn | undefined): readonly string[] {
  const blocks = next?.blocks ?? [];
  const firstOther = blocks.findIndex(({ block }) => block.type !== 'tool_result');
  const leading = firstOther === -1 ? blocks : blocks.slice(0, firstOther);
  const answered = new Set(leading.map(({ block }) => block.tool_use_id));
  return idsOf(turn, 'tool_use', 'id').filter((id) => !answered.has(id));
}

function idsOf(turn: Turn | undefined, type: string, field: string): readonly string[] {
  return (turn?.blocks ?? [])
    .filter(({ block }) => block.type === type)
    .map(({ block }) => readString(block[field]) ?? '');
}

function checkEnd(turns: readonly Turn[], facts: ClaudeFacts): string | undefined {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return undefined;
  if (!facts.takesPrefill) {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  }
  const text = readString(last.blocks.at(-1)?.block.text) ?? '';
  return text !== text.trimEnd()
    ? 'messages: final assistant content cannot end with trailing whitespace'
    : undefined;
}
