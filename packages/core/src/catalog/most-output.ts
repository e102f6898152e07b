/**
 * Tokens of the longest answer that models give, their thoughts included, by the beginning of their names: the first row
 * that fits holds. https://platform.openai.com/docs/models, https://platform.claude.com/docs/en/about-claude/models/overview,
 * https://ai.google.dev/gemini-api/docs/models, https://api-docs.deepseek.com/quick_start/pricing. Of what is new there, the
 * most that any of the family gives: no answer is thought shorter than it can be.
 */
const rows: readonly (readonly [name: RegExp, tokens: number])[] = [
  [/^gpt-3\.5/, 4096],
  [/^gpt-4(?:-turbo|-\d|$)/, 8192],
  [/^(?:gpt-4o|chatgpt-4o|gpt-4\.5|gpt-audio)/, 16_384],
  [/^gpt-4\.1/, 32_768],
  [/^o[134](?:-|$)/, 100_000],
  [/^(?:gpt-[5-9]|codex)/, 128_000],
  [/^gpt-oss/, 131_072],
  [/^claude-3-(?:opus|sonnet|haiku)/, 4096],
  [/^claude-3-5/, 8192],
  [/^claude/, 128_000],
  [/^gemini-(?:1\.5|2\.0)/, 8192],
  [/^gemini/, 65_536],
  [/^deepseek-(?:chat|reasoner)/, 65_536],
];

/** Undefined where nobody says. The prefixes of Bedrock and of aggregators are passed over. */
export function mostOutputOf(model: string): number | undefined {
  const name = model
    .toLowerCase()
    .replace(/^(?:.*[./])?(?=(?:gpt|chatgpt|claude|gemini|deepseek|codex)-)/, '');
  return rows.find(([pattern]) => pattern.test(name))?.[1];
}
