import type { Gateway } from '@vector-engine/core';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { until } from '../reliability/support.ts';
import type { Door } from './doors.ts';
import { contentOf, faultsIn, faultsOfPassing, type Played } from './judge.ts';
import type { OpenGateway } from './open-gateway.ts';
import { answerPlays, playAnswer } from './play-answer.ts';
import { answerAll, ask, faceCalled, faultsOfAnswer } from './play-body.ts';
import {
  harmfulPlays,
  harmlessPlays,
  passesBytes,
  playStream,
  type Stage,
  undisturbed,
} from './play-stream.ts';

/**
 * The same cases in every run, as in `steady-chance.ts`: `CHANCE=7` tries others. After so many milliseconds a call is given
 * up, so that it can be told which it was.
 */
const chance = { seed: Number(process.env['CHANCE'] ?? 1), timeout: 10_000 };

function faultsOf(stage: Stage, played: Played): readonly string[] {
  return passesBytes(stage) ? faultsOfPassing(played) : faultsIn(played);
}

/** Streams that are written oddly are understood as well as plain ones. */
export async function expectSame(stage: Stage, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(harmlessPlays, async (play) => {
      const plain = await playStream(stage, undisturbed(play));
      const odd = await playStream(stage, play);
      expect([...faultsOf(stage, plain), ...faultsOf(stage, odd)]).toEqual([]);
      expect(plain.heard.end).toBe('clean');
      const [got, wanted] = passesBytes(stage)
        ? [odd.told.body, new TextDecoder().decode(odd.sent)]
        : [contentOf(odd.heard), contentOf(plain.heard)];
      expect(got).toEqual(wanted);
    }),
    { ...chance, numRuns },
  );
  await isIdle(stage.opened.gateway);
}

/** Streams with things wrong in them end in an error, or are understood all the same. */
export async function expectHonestStreams(stage: Stage, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(harmfulPlays, async (play) => {
      expect(faultsOf(stage, await playStream(stage, play))).toEqual([]);
    }),
    { ...chance, numRuns },
  );
  await isIdle(stage.opened.gateway);
}

/** So do whole answers. */
export async function expectHonestAnswers(stage: Stage, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(answerPlays, async (play) => {
      expect(faultsOf(stage, await playAnswer(stage, play))).toEqual([]);
    }),
    { ...chance, numRuns },
  );
  await isIdle(stage.opened.gateway);
}

/** Whatever is asked, the answer is one, or an error of the caller's in the form that the caller reads. */
export async function expectCivility(opened: OpenGateway, door: Door, numRuns: number): Promise<void> {
  const { unsound } = answerAll(opened);
  const face = faceCalled(door.face);
  await fc.assert(
    fc.asyncProperty(door.questions, async (question) => {
      const told = await ask(opened, question);
      expect(faultsOfAnswer(face, told, question.path)).toEqual([]);
      // What no upstream should ever be asked.
      expect(unsound).toEqual([]);
    }),
    { ...chance, numRuns },
  );
  await isIdle(opened.gateway);
}

function isIdle(gateway: Gateway): Promise<void> {
  return until(() => gateway.stats().active === 0, 'no request is under way');
}
