import type { Dialect } from '../protocol/call.ts';

type Codecs = typeof import('./codecs.ts')['codecs'];

let loaded: Codecs | undefined;
let loading: Promise<unknown> | undefined;

/** Two hundred modules, which a gateway that passes OpenAI's format on to those who speak it never needs. Undefined once they are there. */
export function loadCodecs(): Promise<unknown> | undefined {
  if (loaded !== undefined) return undefined;
  loading ??= load();
  return loading;
}

export function haveCodecs(): boolean {
  return loaded !== undefined;
}

async function load(): Promise<void> {
  const { codecs } = await import('./codecs.ts');
  loaded = codecs;
}

/** Of codecs that are loaded. */
export function codecOf<Name extends Dialect>(dialect: Name): Codecs[Name] {
  if (loaded === undefined) throw new Error('the codecs are not loaded');
  return loaded[dialect];
}
