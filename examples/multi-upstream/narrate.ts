import type { Gateway } from '@vector-engine/express';

/** Tells what the gateway does, one line per attempt, request and change of a breaker. Returns the way to stop. */
export function narrate(gateway: Gateway, tell: (line: string) => void): () => void {
  const stops = [
    gateway.on('attempt', ({ target, attempt, outcome, error, upstreamStatus, milliseconds }) => {
      const place = `${target.upstream}/${target.model}`.padEnd(18);
      const what =
        outcome === 'success'
          ? 'answered'
          : `failed: ${upstreamStatus ?? error ?? 'unknown'}; the next one is tried`;
      tell(`  attempt ${attempt}  ${place} ${what} (${milliseconds.toFixed(0)} ms)`);
    }),
    gateway.on('end', ({ status, target, attempts, usage }) => {
      const tokens = usage === undefined ? '' : `, ${usage.inputTokens} + ${usage.outputTokens} tokens`;
      tell(
        `${status} from ${target?.upstream ?? 'nobody'} after ${attempts} attempt${attempts === 1 ? '' : 's'}${tokens}`,
      );
    }),
    gateway.on('breaker', ({ target, state }) => {
      const meaning = {
        open: 'open: it is left alone',
        'half-open': 'half-open: one call may try it',
        closed: 'closed: it is well again',
      }[state];
      tell(`  breaker of ${target.upstream} is ${meaning}`);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
