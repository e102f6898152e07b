import { splitTokens } from '../../replies/count-tokens.ts';
import type { JsonObject } from '../../wire/read-json.ts';

/** Log probabilities of the text in these parts. */
export function renderLogprobs(parts: readonly JsonObject[]): JsonObject {
  const tokens = parts
    .filter(({ text, thought }) => typeof text === 'string' && thought !== true)
    .flatMap(({ text }) => splitTokens(String(text)));
  if (tokens.length === 0) return {};
  const chosenCandidates = tokens.map((token, tokenId) => ({ token, tokenId, logProbability: -0.01 }));
  return {
    avgLogprobs: -0.01,
    logprobsResult: {
      topCandidates: chosenCandidates.map((candidate) => ({ candidates: [candidate] })),
      chosenCandidates,
    },
  };
}
