import { type Stage, TRANSLATING } from '../lineup.ts';
import type { Plan } from '../measure.ts';
import { measureMemory } from './measure-memory.ts';
import { measureRequests } from './measure-requests.ts';
import { measureStreams } from './measure-streams.ts';
import type { Translation } from './report-translation.ts';

/** Rounds before each that counts: a server has translated thousands of messages before this one. */
const WARMING = 3;

/** What it costs that caller and upstream speak different formats. */
export async function measureTranslation(stage: Stage, plan: Plan): Promise<Translation> {
  const subject = await stage.start(TRANSLATING);
  process.stdout.write('translated-streams ');
  const streams = await measureStreams(stage, subject, plan);
  await subject.child?.close();
  process.stdout.write('translated-requests ');
  const requests = await measureRequests({ rounds: plan.rounds, warmingRounds: WARMING * plan.rounds });
  process.stdout.write('translated-memory ');
  const growths = await measureMemory(stage);
  return { streams, requests, growths };
}
