import type { Studio } from './open-studio.ts';

export interface Scene {
  readonly title: string;
  /** What is seen when it begins. */
  readonly picture: string;
  /** What happens then, and how the camera moves. */
  readonly motion: string;
}

export interface Storyboard {
  readonly title: string;
  readonly scenes: readonly Scene[];
}

export const writerInstructions =
  'You write storyboards for short films: exactly three scenes that tell one story. Whoever draws a scene reads nothing else, so describe people, places and light in each.';

const text = (description: string) => ({ type: 'string', description }) as const;

/** Structured output: the answer is JSON of this form, whichever vendor writes it. */
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['title', 'scenes'],
  properties: {
    title: text('Of the film'),
    scenes: {
      type: 'array',
      description: 'Three of them',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['title', 'picture', 'motion'],
        properties: {
          title: text('Two to five words'),
          picture: text('What is seen when the scene begins'),
          motion: text('What happens then, and how the camera moves'),
        },
      },
    },
  },
} as const;

export async function writeStoryboard({ client, crew }: Studio, topic: string): Promise<Storyboard> {
  const completion = await client.chat.completions.create({
    model: crew.chat,
    messages: [
      { role: 'system', content: writerInstructions },
      { role: 'user', content: `Topic: ${topic}` },
    ],
    response_format: { type: 'json_schema', json_schema: { name: 'storyboard', schema, strict: true } },
  });
  const storyboard: unknown = JSON.parse(completion.choices[0]?.message.content ?? '');
  if (!isStoryboard(storyboard)) throw new Error(`${crew.chat} wrote something that is no storyboard`);
  return storyboard;
}

function isStoryboard(value: unknown): value is Storyboard {
  if (!isRecord(value) || typeof value.title !== 'string' || !Array.isArray(value.scenes)) return false;
  return value.scenes.length === 3 && value.scenes.every(isScene);
}

function isScene(value: unknown): value is Scene {
  return isRecord(value) && ['title', 'picture', 'motion'].every((name) => typeof value[name] === 'string');
}

function isRecord(value: unknown): value is Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
