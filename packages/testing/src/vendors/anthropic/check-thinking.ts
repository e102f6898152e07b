import { isJsonObject, type JsonObject, readNumber, readString } from '../../wire/read-json.ts';
import type { PlacedBlock, Turn } from './check-messages.ts';
import type { ClaudeFacts } from './claude-facts.ts';
import { examineThinking, isRedactedThinking } from './sign-thinking.ts';

const guide = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking';

/** `enabled`, `adaptive`, or neither; a model that always thinks does so by itself. */
export function readThinking(body: JsonObject, facts: ClaudeFacts): 'enabled' | 'adaptive' | undefined {
  const type = isJsonObject(body.thinking) ? body.thinking.type : undefined;
  if (type === 'enabled' || type === 'adaptive') return type;
  return facts.alwaysThinks ? 'adaptive' : undefined;
}

/** What Anthropic refuses about thinking: options that do not go with it, and blocks that do not come back as they went. */
export function checkThinking(
  body: JsonObject,
  turns: readonly Turn[],
  facts: ClaudeFacts,
): string | undefined {
  return checkOptions(body, facts) ?? checkSignatures(turns) ?? checkPlaces(body, turns, facts);
}

function checkOptions(body: JsonObject, facts: ClaudeFacts): string | undefined {
  const { thinking, tool_choice: choice } = body;
  const type = isJsonObject(thinking) ? readString(thinking.type) : undefined;
  if (type === 'enabled' && !facts.thinking.includes('enabled')) {
    return facts.thinking.includes('adaptive')
      ? '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
      : 'thinking is not supported on this model';
  }
  if (type === 'adaptive' && !facts.thinking.includes('adaptive')) {
    return 'adaptive thinking is not supported on this model';
  }
  if (type === 'disabled' && facts.alwaysThinks) {
    return '"thinking.type.disabled" is not supported for this model.';
  }
  const budget = isJsonObject(thinking) ? readNumber(thinking.budget_tokens) : undefined;
  if (budget !== undefined && budget >= (readNumber(body.max_tokens) ?? Number.POSITIVE_INFINITY)) {
    return `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. Please consult our documentation at ${guide}#max-tokens-and-context-window-size`;
  }
  if (readThinking(body, facts) === undefined) return undefined;
  if (isJsonObject(choice) && (choice.type === 'any' || choice.type === 'tool')) {
    return 'Thinking may not be enabled when tool_choice forces tool use.';
  }
  return checkSampling(body);
}

function checkSampling({ temperature, top_p: topP, top_k: topK }: JsonObject): string | undefined {
  const advice = `Please consult our documentation at ${guide}#important-considerations-when-using-extended-thinking`;
  if (temperature !== undefined && temperature !== 1) {
    return `\`temperature\` may only be set to 1 when thinking is enabled. ${advice}`;
  }
  if (topK !== undefined) return `\`top_k\` must be unset when thinking is enabled. ${advice}`;
  if (typeof topP === 'number' && topP < 0.95) {
    return `\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${advice}`;
  }
  return undefined;
}

function checkSignatures(turns: readonly Turn[]): string | undefined {
  const latest = turns.findLast(({ role }) => role === 'assistant');
  for (const turn of turns) {
    for (const placed of turn.blocks) {
      const finding = examine(placed);
      const place = `messages.${placed.message}.content.${placed.index}`;
      if (finding === 'altered' && turn === latest) {
        return `${place}: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.`;
      }
      if (finding !== 'genuine') {
        return placed.block.type === 'thinking'
          ? `${place}: Invalid \`signature\` in \`thinking\` block`
          : `${place}: Invalid \`data\` in \`redacted_thinking\` block`;
      }
    }
  }
  return undefined;
}

function examine({ block }: PlacedBlock): 'genuine' | 'altered' | 'foreign' {
  if (block.type === 'thinking') {
    return examineThinking(readString(block.thinking) ?? '', readString(block.signature) ?? '');
  }
  if (block.type !== 'redacted_thinking') return 'genuine';
  return isRedactedThinking(readString(block.data) ?? '') ? 'genuine' : 'foreign';
}

/** The turn under way begins with the thinking that it began with; `adaptive` does not insist. */
function checkPlaces(body: JsonObject, turns: readonly Turn[], facts: ClaudeFacts): string | undefined {
  const thinking = readThinking(body, facts);
  const last = turns.at(-1);
  const end = last?.role === 'assistant' ? last : undefined;
  const stray = thinking === undefined ? end?.blocks.find(isThinking) : undefined;
  if (stray !== undefined) {
    return `messages.${stray.message}.content.${stray.index}: When thinking is disabled, an \`assistant\` message in the final position cannot contain \`${String(stray.block.type)}\`. To use thinking blocks, enable \`thinking\` in your request.`;
  }
  if (thinking !== 'enabled') return undefined;
  const first = findBeginning(turns)?.blocks[0];
  if (first === undefined || isThinking(first)) return undefined;
  return `messages.${first.message}.content.${first.index}.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${String(first.block.type)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at ${guide}`;
}

/** The first assistant turn after the user last spoke, where the conversation is in the middle of calling tools. */
function findBeginning(turns: readonly Turn[]): Turn | undefined {
  const spoke = turns.findLastIndex(
    ({ role, blocks }) => role === 'user' && !blocks.some(({ block }) => block.type === 'tool_result'),
  );
  return turns.slice(spoke + 1).find(({ role }) => role === 'assistant');
}

function isThinking({ block }: PlacedBlock): boolean {
  return block.type === 'thinking' || block.type === 'redacted_thinking';
}
