import { type Clock, type Gateway, vectorEngine } from '@vector-engine/express';
import express, { type Express } from 'express';
import type { ExampleUpstreams } from '../upstreams.ts';
import { askForVideo } from './ask-for-video.ts';
import { chooseCrew, openStudio, type Studio } from './open-studio.ts';

export interface VideoAgent {
  readonly app: Express;
  readonly gateway: Gateway;
  /** `origin`: where the app listens. */
  readonly studioAt: (origin: string) => Studio;
}

/** A host with an agent that makes films, and with one that can be asked: `GET /ask?question=…`. */
export function buildApp(
  upstreams: ExampleUpstreams,
  { clock }: { readonly clock?: Clock } = {},
): VideoAgent {
  const app = express();
  const { gateway } = mount(app, upstreams, clock);
  const crew = chooseCrew(upstreams);
  const studioAt = (origin: string): Studio => openStudio(gateway, crew, origin);

  app.get('/ask', async ({ query, protocol, headers }, response) => {
    const question = typeof query.question === 'string' ? query.question : 'A lighthouse in a storm';
    const studio = studioAt(`${protocol}://${headers.host ?? 'localhost'}`);
    response.type('text').send(`${await askForVideo(studio, question)}\n`);
  });
  return { app, gateway, studioAt };
}

/** At `/v1` is what the addresses of videos lead to, and every model for every other client. */
function mount(
  app: Express,
  { upstreams, models }: ExampleUpstreams,
  clock: Clock | undefined,
): { gateway: Gateway } {
  const engine = vectorEngine({
    upstreams,
    models,
    open: true,
    // What an aggregator charges for a second, nobody but you can know.
    prices: { 'videos/sora-2-turbo': { second: 0.05 } },
    ...(clock === undefined ? {} : { clock }),
  });
  app.use('/v1', engine);
  return engine;
}
