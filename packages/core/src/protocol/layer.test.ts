import { expect, test } from 'vitest';
import { composeLayers, type Layer, type Send } from './layer.ts';

test('the first layer is the outermost, and none leaves the send as it is', async () => {
  const trail: string[] = [];
  const layer =
    (name: string): Layer =>
    (next) =>
    async (call, context) => {
      trail.push(`into ${name}`);
      const answer = await next(call, context);
      trail.push(`out of ${name}`);
      return answer;
    };
  const answer = { kind: 'verbatim', status: 200, headers: {}, body: new Uint8Array(0) } as const;
  const send: Send = () => {
    trail.push('send');
    return Promise.resolve(answer);
  };
  const [call, context]: unknown[] = [{}, {}];
  const composed = composeLayers([layer('a'), layer('b')], send);
  expect(await composed(call as never, context as never)).toBe(answer);
  expect(trail).toEqual(['into a', 'into b', 'send', 'out of b', 'out of a']);
  expect(composeLayers([], send)).toBe(send);
});
