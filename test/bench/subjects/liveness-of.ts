import type { Gateway } from '@vector-engine/core';
import type { Liveness } from './subject.ts';

/** Listens to a gateway and tells what its own parts have counted. */
export function livenessOf(gateway: Gateway): () => Liveness {
  let ended = 0;
  let metered = 0;
  let opened = 0;
  gateway.on('end', ({ usage }) => {
    ended++;
    if (usage !== undefined && usage.outputTokens > 0) metered++;
  });
  gateway.on('breaker', ({ state }) => {
    if (state === 'open') opened++;
  });
  const recorded = (): number => gateway.stats().targets.reduce((sum, { successes }) => sum + successes, 0);
  return () => ({ ended, metered, opened, recorded: recorded() });
}
