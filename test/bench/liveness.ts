import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './ipc.ts';
import type { RunningSubject, Stage } from './lineup.ts';
import type { SubjectHandlers } from './subjects/host.ts';
import { PROBE_DEADLINE_MS } from './subjects/subject.ts';

/** Runs a visit of one of our subjects and throws unless all its requests were metered and told to the breaker. */
export async function withLiveness<Result>(
  { upstream }: Stage,
  { child, name, ours }: RunningSubject,
  visit: () => Promise<Result>,
): Promise<Result> {
  if (!ours || child === undefined) return visit();
  const before = await child.call('live');
  const sentBefore = (await upstream.call('counts')).requests;
  const result = await visit();
  const requests = (await upstream.call('counts')).requests - sentBefore;
  // The caller can have the last byte before the gateway has told of the end.
  await sleep(20);
  const after = await child.call('live');
  if (before === undefined || after === undefined) throw new Error(`${name} tells nothing about itself.`);
  const ended = after.ended - before.ended;
  const metered = after.metered - before.metered;
  if (ended !== requests) throw new Error(`${name}: ${ended} ends of ${requests} requests were told.`);
  if (metered !== requests)
    throw new Error(`${name}: the usage of ${metered} of ${requests} requests was read.`);
  // The breaker counts within a window that is far longer than a visit.
  if (after.recorded < requests)
    throw new Error(`${name}: the breaker recorded ${after.recorded} of ${requests} successes.`);
  return result;
}

const TRIES_UNTIL_OPEN = 50;
const PATIENCE_MS = 5_000;

async function ask(port: number): Promise<{ status: number; milliseconds: number }> {
  const startedAt = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bench-model', messages: [{ role: 'user', content: String(startedAt) }] }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await response.arrayBuffer();
  return { status: response.status, milliseconds: performance.now() - startedAt };
}

/** The same gateway with a short deadline: a hanging upstream is cut off, a failing one opens the breaker. */
export async function probeFaults(
  { upstream, direct }: Stage,
  nodeFlags: readonly string[],
): Promise<string[]> {
  const start = (): ReturnType<typeof startChild<SubjectHandlers>> =>
    startChild<SubjectHandlers>(new URL('subjects/host.ts', import.meta.url), {
      nodeFlags,
      args: ['probe', String(direct.port)],
    });

  const hanging = await start();
  await upstream.call('mode', 'hang');
  const cut = await ask(await hanging.call('port'));
  await hanging.close();
  if (cut.status !== 504 || cut.milliseconds < PROBE_DEADLINE_MS * 0.9)
    throw new Error(
      `A hanging upstream was answered ${cut.status} after ${Math.round(cut.milliseconds)} ms.`,
    );

  const failing = await start();
  await upstream.call('mode', 'fail');
  const port = await failing.call('port');
  let asked = 0;
  for (let opened = 0; opened === 0; ) {
    if (asked++ === TRIES_UNTIL_OPEN)
      throw new Error(`No breaker opened in ${TRIES_UNTIL_OPEN} failed calls.`);
    const { status } = await ask(port);
    if (status < 500) throw new Error(`A failing upstream was answered ${status}.`);
    opened = (await failing.call('live'))?.opened ?? 0;
  }
  await failing.close();
  return [
    `a hanging upstream was cut after ${Math.round(cut.milliseconds)} ms (deadline ${PROBE_DEADLINE_MS} ms)`,
    `a failing upstream opened the breaker after ${asked} calls`,
  ];
}
