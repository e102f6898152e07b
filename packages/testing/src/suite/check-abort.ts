import type { MountCheck } from './check-mount.ts';
import { askedOf, expectThat } from './expect-answer.ts';

export const checkAbort: MountCheck = {
  name: 'a client that leaves in mid-stream harms nobody',
  async run(ask, model) {
    const leaving = new AbortController();
    const body = { ...askedOf(model), stream: true };
    const response = await ask('/chat/completions', body, leaving.signal);
    expectThat(response.status === 200, `expected status 200, got ${response.status}`);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expectThat(first?.value !== undefined, 'the stream was empty');
    leaving.abort();
    await reader?.read().catch(() => undefined);
    const next = await ask('/models');
    await next.arrayBuffer();
    expectThat(next.status === 200, `the next request got status ${next.status}`);
    return 'aborted after the first bytes; the next request was answered';
  },
};
