import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toFile } from 'openai';
import { ProgressBoard, type Screen } from './draw-progress.ts';
import type { Studio } from './open-studio.ts';
import { type Scene, type Storyboard, writeStoryboard } from './write-storyboard.ts';

export interface FilmOptions {
  readonly topic: string;
  /** Where it is saved; it must be there. */
  readonly folder: string;
  readonly screen: Screen;
}

export interface Film {
  readonly storyboard: Storyboard;
  /** What was saved. */
  readonly files: readonly string[];
  /** Dollars for the videos; undefined where it is not known. */
  readonly cost: number | undefined;
}

const size = '1280x720';
const seconds = '4';

/**
 * A film in three scenes, which are made at the same time: `storyboard.json`, `scene-1.png`, `scene-1.mp4` and so on.
 *
 * @throws AggregateError when every scene has come to its end, and not each to a good one
 */
export async function makeFilm(studio: Studio, { topic, folder, screen }: FilmOptions): Promise<Film> {
  screen.write(`${studio.crew.chat} writes a storyboard…\n`);
  const storyboard = await writeStoryboard(studio, topic);
  const file = join(folder, 'storyboard.json');
  await writeFile(file, `${JSON.stringify(storyboard, undefined, 2)}\n`);

  const { scenes } = storyboard;
  screen.write(`“${storyboard.title}”: pictures by ${studio.crew.image}, videos by ${studio.crew.video}\n`);
  const board = new ProgressBoard(
    screen,
    scenes.map(({ title }) => title),
  );
  const made = await Promise.allSettled(
    scenes.map((scene, index) => {
      const show = (stage: string, share: number): void => board.show(index, stage, share);
      return makeScene(scene, join(folder, `scene-${index + 1}`), { studio, show });
    }),
  );
  const failures = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${scenes.length} scenes failed`);
  const done = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const files = [file, ...done.flatMap((scene) => scene.files)];
  return { storyboard, files, cost: sumOf(done.map(({ cost }) => cost)) };
}

interface SceneParts {
  readonly studio: Studio;
  readonly show: (stage: string, share: number) => void;
}

/** A picture, and a video that begins with it. */
async function makeScene(
  scene: Scene,
  path: string,
  { studio, show }: SceneParts,
): Promise<Pick<Film, 'files' | 'cost'>> {
  const { client, gateway, crew } = studio;
  try {
    show('is drawn', 0);
    const { picture: prompt, motion } = scene;
    const drawn = await client.images.generate({
      model: crew.image,
      prompt,
      size,
      response_format: 'b64_json',
    });
    const picture = Buffer.from(drawn.data?.[0]?.b64_json ?? '', 'base64');
    await writeFile(`${path}.png`, picture);

    show('is filmed', 0.2);
    const video = await client.videos.create({
      model: crew.video,
      prompt: `${prompt} ${motion}`,
      size,
      seconds,
      input_reference: await toFile(picture, 'first-frame.png', { type: 'image/png' }),
    });
    // The gateway asks the vendor once an interval, however many look on.
    for await (const { progress } of gateway.tasks.watch(video.id))
      show('is filmed', 0.2 + (0.8 * progress) / 100);
    // Where it was not made, this says why.
    const content = await client.videos.downloadContent(video.id);
    if (content.body === null) throw new Error('the video is empty');
    await writeFile(`${path}.mp4`, content.body);
    show('done', 1);
    return { files: [`${path}.png`, `${path}.mp4`], cost: await billFor(video.id, studio) };
  } catch (error) {
    show(`failed: ${error instanceof Error ? error.message : String(error)}`, 1);
    throw error;
  }
}

/** What a video has cost, in dollars, when that is settled; undefined where it is not known. */
async function billFor(id: string, { gateway }: Studio): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const stop = gateway.on('task', (task) => {
    if (task.id === id && task.isSettled) resolve(task.cost);
  });
  try {
    const task = await gateway.tasks.find(id);
    const nanoDollars = task?.settledAt === undefined ? await promise : task.cost;
    return nanoDollars === undefined ? undefined : nanoDollars / 1e9;
  } finally {
    stop();
  }
}

function sumOf(costs: readonly (number | undefined)[]): number | undefined {
  return costs.reduce((sum, cost) => (sum === undefined || cost === undefined ? undefined : sum + cost), 0);
}
