/** The generation that a model's name tells: 2.5 of `gemini-2.5-flash`; undefined where it tells none. */
export function generationOf(model: string): number | undefined {
  const match = /gemini-(\d+(?:\.\d+)?)/.exec(model);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Before its third generation Gemini took neither media in a function's result nor JSON output beside functions. */
export function isBeforeGemini3(model: string): boolean {
  const generation = generationOf(model);
  return generation !== undefined && generation < 3;
}

/** From its third generation on, Gemini refuses a function call of the current turn without its thought signature. */
export function demandsSignatures(model: string): boolean {
  const generation = generationOf(model);
  return generation === undefined ? /gemini-.*latest/.test(model) : generation >= 3;
}
