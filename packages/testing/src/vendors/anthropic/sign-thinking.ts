import { examineSeal, sealContent } from '../../wire/seal-content.ts';

/*
 * Claude's signatures hold on Anthropic's API, on Bedrock and on Vertex AI alike:
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking.
 */

const issuer = 'claude';
const redacted = 'redacted thinking';

export function signThinking(thinking: string, seed: string): string {
  return sealContent(issuer, thinking, seed);
}

export function examineThinking(thinking: string, signature: string): 'genuine' | 'altered' | 'foreign' {
  return examineSeal(issuer, signature, thinking);
}

/** What stands for thinking that nobody may read. */
export function redactThinking(seed: string): string {
  return sealContent(issuer, redacted, `${seed} redacted`);
}

export function isRedactedThinking(data: string): boolean {
  return examineSeal(issuer, data, redacted) === 'genuine';
}
