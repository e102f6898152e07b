/** What a Gemini takes and refuses by its generation: https://ai.google.dev/gemini-api/docs/thinking, /thought-signatures. */
export interface GeminiFacts {
  /** How it is told to think: not at all, by a number of tokens, or (also) by a level. */
  readonly thinking: 'none' | 'budget' | 'level';
  /** Tokens that a budget can be, beside 0 (where thinking can be turned off) and -1. */
  readonly budgets: readonly [least: number, most: number];
  readonly canTurnOff: boolean;
  /** Values of `thinkingLevel`. */
  readonly levels: readonly string[];
  /** A call of the turn under way that comes back without its signature is refused. */
  readonly needsSignatures: boolean;
  /** Functions and a JSON answer can be asked for together. */
  readonly mixesToolsAndJson: boolean;
}

export function geminiFacts(model: string): GeminiFacts {
  const generation = Number(/gemini-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 3);
  const isPro = /-pro\b/.test(model);
  return {
    thinking: generation < 2.5 ? 'none' : generation < 3 ? 'budget' : 'level',
    budgets: isPro ? [128, 32_768] : [model.includes('flash-lite') ? 512 : 1, 24_576],
    canTurnOff: generation < 3 && !isPro,
    levels: isPro ? ['LOW', 'MEDIUM', 'HIGH'] : ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'],
    needsSignatures: generation >= 3 && !model.includes('image'),
    mixesToolsAndJson: generation >= 3,
  };
}

export const geminiModels: readonly string[] = [
  'gemini-3.1-pro-preview',
  'gemini-3-pro-preview',
  'gemini-3.0-pro',
  'gemini-3-flash-preview',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'gemini-2.5-flash-lite',
  'gemini-2.0-flash',
  'gemini-3-pro-image-preview',
  'gemini-2.5-flash-image',
  'gemini-2.5-flash-preview-tts',
  'gemini-2.5-pro-preview-tts',
  'gemini-embedding-001',
  'gemini-embedding-2',
  'imagen-4.0-generate-001',
];
