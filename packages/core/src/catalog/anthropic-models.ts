/** Names that Anthropic serves: https://platform.claude.com/docs/en/about-claude/models/overview. */
export const anthropicModels = [
  'claude-opus-4-6',
  'claude-opus-4-5',
  'claude-sonnet-4-6',
  'claude-sonnet-4-5',
  'claude-haiku-4-5',
  'claude-3-5-sonnet',
  'claude-3-opus',
] as const;
