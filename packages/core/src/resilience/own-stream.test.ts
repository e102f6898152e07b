import { expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { Clock } from '../protocol/clock.ts';
import { silentLogger } from '../protocol/logger.ts';
import type { ByteStream } from '../stream/byte-stream.ts';
import { Deadlines } from './deadlines.ts';
import { RequestScope } from './request-scope.ts';

const clock: Clock = { now: () => 0, setTimeout: () => undefined, clearTimeout: () => undefined };

const nothing = (): void => {};

test('a stream of the gateway’s own that comes after its caller has gone is given up at once', () => {
  let ended = 0;
  const listener = {
    attemptStarted: nothing,
    attemptSettled: () => 0,
    attemptChosen: nothing,
    requestEnded: () => ended++,
  };
  const deadlines = new Deadlines(clock);
  const scope = new RequestScope(
    { clock, deadlines, logger: silentLogger, total: 1000, leave: nothing },
    listener,
  );
  const reasons: Error[] = [];
  const stream: ByteStream = { pipe: nothing, resume: nothing, abort: (reason) => reasons.push(reason) };
  scope.leave();
  scope.own({ kind: 'verbatim', status: 200, headers: {}, body: stream });
  expect(reasons).toEqual([new GatewayError('VE_CLIENT_CLOSED')]);
  scope.streaming();
  expect(ended).toBe(1);
});
