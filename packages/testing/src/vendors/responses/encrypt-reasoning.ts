import { examineSeal, sealContent } from '../../wire/seal-content.ts';

const issuer = 'openai';
/** What a Fernet token of these years begins with, as OpenAI's do. */
const prefix = 'gAAAAABp';

/** Reasoning that only OpenAI can read, good for the item of this id alone. */
export function encryptReasoning(id: string, seed: string): string {
  return prefix + sealContent(issuer, id, seed).replaceAll('+', '-').replaceAll('/', '_');
}

/** An item that comes back without its id is taken as well. */
export function isEncryptedReasoning(encrypted: string, id: string | undefined): boolean {
  if (!encrypted.startsWith(prefix)) return false;
  const seal = encrypted.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/');
  const finding = examineSeal(issuer, seal, id ?? '');
  return finding === 'genuine' || (id === undefined && finding === 'altered');
}
