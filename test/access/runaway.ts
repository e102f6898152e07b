import { expect } from 'vitest';
import { type UpstreamKind, upstreamKinds } from '../clients/matrix/upstreams.ts';
import { at, eventsOf } from '../redaction/faces.ts';
import { heedless } from './heedless.ts';
import { openWorld, price, question, rowsOf } from './world.ts';

/** Each kind of upstream, asked in two formats. */
export const ways: readonly (readonly [name: string, path: string, kind: UpstreamKind])[] =
  upstreamKinds.flatMap((kind) =>
    ['/v1/chat/completions', '/v1/messages'].map((path) => [kind.name, path, kind] as const),
  );

/** How it ended. */
export interface Told {
  readonly status: number;
  readonly errors: number;
  readonly held: number;
}

/** An upstream that does not keep to the longest answer: its stream ends with one error, and what came is paid. */
export async function playRunaway(path: string, kind: UpstreamKind): Promise<Told> {
  const content = Array<string>(3000).fill('word ');
  await using upstream = await kind.start({ answer: () => ({ content }) });
  await using front = await heedless(upstream);
  const limit = 5_000_000;
  await using world = openWorld({
    upstreams: { only: kind.connect(front) },
    models: { made: `only/${kind.nativeModel}` },
    prices: { [kind.nativeModel]: price },
    budgets: { acme: { limit: limit / 1e9 } },
  });
  const response = await world.ask(path, { ...question, stream: true, max_tokens: 100_000 });
  const text = await response.text();
  expect(text).not.toContain('[DONE]');
  expect(text).not.toContain('message_stop');
  const errors = eventsOf(text).filter((event) => at(event, 'error') !== undefined);
  const { spent, held } = await world.stand('acme');
  // An estimate of what came: beyond the limit there is the slack, and what came in one piece with it.
  expect(spent).toBeGreaterThan(limit * 0.9);
  expect(spent).toBeLessThan(limit * 1.25 * 1.1 + (64 + 400) * price.output * 1000);
  const [row] = await rowsOf(world, 1);
  expect(row).toMatchObject({ error: 'VE_BUDGET_EXCEEDED', cost: spent, isEstimated: true });
  const next = await world.ask(path, { ...question, max_tokens: 100 });
  expect(next.status).toBe(path === '/v1/messages' ? 402 : 429);
  expect(await next.text()).toContain('are spent');
  return { status: response.status, errors: errors.length, held };
}
