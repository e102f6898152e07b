/** The chat models that the clients of these tests ask for by name. */
export const chatModels: readonly string[] = [
  'gpt-5.2',
  'gpt-5.2-pro',
  'gpt-5.2-preview',
  'gpt-5.3-codex',
  'gpt-4o',
  'gpt-3.5-turbo',
  'claude-3-opus',
  'claude-3-5-sonnet',
  'claude-opus-4-5',
  'claude-opus-4-6',
  'gemini-3.0-pro',
  'kimi-k2.5',
];

export const otherModels: readonly string[] = ['gpt-3.5-turbo-instruct', 'text-embedding-3-small'];

/** Names under which the simulated upstream has them; the others it has under the same. */
export const upstreamNames: Readonly<Record<string, string>> = {
  'claude-3-opus': 'anthropic/claude-3-opus',
  'claude-3-5-sonnet': 'anthropic/claude-3-5-sonnet',
  'gemini-3.0-pro': 'google/gemini-3.0-pro',
};
