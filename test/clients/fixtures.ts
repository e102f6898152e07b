import { existsSync, readFileSync } from 'node:fs';
import type { Recording } from '@vector-engine/testing';

const folder = new URL('../../../shared/fixtures/', import.meta.url);

interface Interaction {
  readonly request: { readonly body?: unknown } | null;
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly format: 'json' | 'sse';
    readonly text?: string;
    readonly body?: unknown;
  };
}

/** Where the recordings are not, their tests are skipped; never on a build server. */
export const hasFixtures: boolean = existsSync(folder) || process.env['CI'] === 'true';

/** The first exchange of a recording, such as `openai/text-stream`. */
export function readFixture(name: string): Required<Pick<Recording, 'status' | 'headers' | 'body'>> {
  const file = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as {
    interactions: Interaction[];
  };
  const [first] = file.interactions;
  if (first === undefined) throw new Error(`${name} has no interactions`);
  const { status, headers, text, body } = first.response;
  return { status, headers, body: text ?? JSON.stringify(body, null, 2) };
}
