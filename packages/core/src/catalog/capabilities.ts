/** What a chat model can do beside text. */
export type Capability = 'tools' | 'vision' | 'reasoning' | 'structured-output';

const everything: readonly Capability[] = ['tools', 'vision', 'reasoning', 'structured-output'];

/** By the name without its host's or maker's part; the first that fits holds. */
const table: readonly (readonly [RegExp, readonly Capability[]])[] = [
  // https://platform.openai.com/docs/models
  [/^gpt-oss/, ['tools', 'reasoning', 'structured-output']],
  [/^gpt-audio/, ['tools']],
  [/^(?:gpt-(?:[5-9]|chat-latest)|o[134](?!-mini|-preview))/, everything],
  [/^o[134]-mini/, ['tools', 'reasoning', 'structured-output']],
  [/^gpt-4(?:o|\.1)/, ['tools', 'vision', 'structured-output']],
  [/^gpt-4-turbo/, ['tools', 'vision']],
  [/^gpt-(?:4|3\.5-turbo)/, ['tools']],
  // https://platform.claude.com/docs/en/about-claude/models/overview
  [/^claude-(?:fable|mythos)|^claude-(?:opus|sonnet|haiku)-(?:4[.-][5-9]|[5-9])/, everything],
  [/^claude-(?:opus|sonnet)-4|^claude-3[.-]7/, ['tools', 'vision', 'reasoning']],
  [/^claude-3/, ['tools', 'vision']],
  // https://ai.google.dev/gemini-api/docs/models
  [/^gemini-(?:2\.5|[3-9]|(?:pro|flash|flash-lite)-latest)/, everything],
  // https://docs.x.ai/docs/models
  [/^grok-(?:[4-9]|latest|build)/, everything],
  [/^grok-3-mini/, ['tools', 'reasoning', 'structured-output']],
  // https://platform.moonshot.ai/docs, https://api-docs.deepseek.com, https://docs.z.ai, https://platform.minimax.io/docs
  [/^kimi-k(?:2[.p][5-9]|[3-9])/, everything],
  [/^(?:deepseek-v(?:4|3[.p][12])|minimax-m[1-9]|qwq|gpt-oss)/, ['tools', 'reasoning']],
  [/^glm-[45][.p]?\d?v/, ['tools', 'vision', 'reasoning']],
  [/^glm-(?:4[.p][5-9]|[5-9])/, ['tools', 'reasoning']],
  // https://www.alibabacloud.com/help/en/model-studio/models
  [/^qwen3[.p][5-9]/, ['tools', 'vision', 'reasoning']],
  [/^qwen3-vl/, ['tools', 'vision']],
  [/^qwen3-coder/, ['tools']],
  [/^qwen3/, ['tools', 'reasoning']],
  // https://docs.mistral.ai/getting-started/models
  [/^magistral/, ['tools', 'vision', 'reasoning', 'structured-output']],
  [/^(?:mistral-(?:large|medium|small)|ministral|pixtral)/, ['tools', 'vision', 'structured-output']],
  [/^(?:codestral|devstral|open-mistral-nemo)/, ['tools', 'structured-output']],
  // https://www.llama.com/docs, https://docs.aws.amazon.com/nova/latest/userguide/what-is-nova.html
  [/^llama-?4/, ['tools', 'vision']],
  [/^(?:meta-)?llama-?3[.-][1-3]/, ['tools']],
  [/^nova-micro/, ['tools']],
  [/^nova-/, ['tools', 'vision']],
  [/^nemotron-(?:3|nano|super|ultra)/, ['tools', 'reasoning']],
];

/** Undefined where nobody has told us. `model`: a chat model's name, whoever serves it. */
export function capabilitiesOf(model: string): readonly Capability[] | undefined {
  const bare = bareName(model);
  return table.find(([pattern]) => pattern.test(bare))?.[1];
}

/** `us.anthropic.claude-opus-4-6-v1:0` and `anthropic/claude-opus-4.6` are Claude Opus 4.6. */
function bareName(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return name.replace(
    /^(?:(?:global|us|eu|apac|jp|au)\.)?(?:anthropic|openai|amazon|meta|mistral|qwen|nvidia|deepseek)\./,
    '',
  );
}
