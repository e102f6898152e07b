import { relative } from 'node:path';
import { dataFolder } from '../data-folder.ts';
import { serve } from '../serve.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';
import { askForVideo } from './ask-for-video.ts';
import { makeFilm } from './make-film.ts';
import { playDirector } from './play-director.ts';

const topic = process.argv.slice(2).join(' ') || 'A lighthouse keeper and a whale';
const question = 'What does a lighthouse look like in a storm?';
const upstreams = await startUpstreams(process.env, { answer: playDirector });
const { app, gateway, studioAt } = buildApp(upstreams);
const origin = await serve(app, gateway, upstreams);
const studio = studioAt(origin);

try {
  console.log(`A film about: ${topic}\n`);
  const folder = await dataFolder(
    'films',
    topic
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 60),
  );
  const film = await makeFilm(studio, { topic, folder, screen: process.stdout });
  console.log(`\nSaved:\n${film.files.map((file) => `  ${relative(process.cwd(), file)}`).join('\n')}`);
  console.log(
    `Videos: ${film.cost === undefined ? 'what they cost is not known' : `$${film.cost.toFixed(2)}`}`,
  );
  if (upstreams.real.length === 0) console.log('All of it is simulated, and nothing was paid.');

  console.log(`\nThe other way round, a model that decides by itself:\n\n  ${question}`);
  console.log(`  ${await askForVideo(studio, question)}`);
} catch (error) {
  console.error(error);
}

console.log(`
Now you. In another terminal:

  curl '${origin}/ask?question=What%20does%20a%20whale%20dream%20of%3F'

Ctrl-C stops it.`);
