import type { Gateway } from '@vector-engine/express';
import { type Program, programs } from './cast.ts';

/** A program with the key that it calls with. */
export interface KeyedProgram {
  readonly program: Program;
  readonly keyId: string;
  readonly key: string;
}

/** A key for each program; where there was one before, another in its place: it was shown only when it was made. */
export async function handOutKeys({ keys }: Pick<Gateway, 'keys'>): Promise<KeyedProgram[]> {
  const handedOut: KeyedProgram[] = [];
  for (const program of programs) {
    const { name, path } = program;
    const before = (await keys.list({ path })).find((record) => record.name === name);
    const shown = before === undefined ? await keys.create({ name, path }) : await keys.rotate(before.id);
    handedOut.push({ program, keyId: shown.record.id, key: shown.key });
  }
  return handedOut;
}
