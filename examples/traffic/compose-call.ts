import { type Habit, mark } from './cast.ts';
import { around, type Random } from './chance.ts';
import type { KeyedProgram } from './hand-out-keys.ts';

const words = (
  'the customer asks whether an order that was sent on Monday can still be changed and when it will be there ' +
  'please answer kindly in two sentences and say what has to be done next about the lighthouse in the storm'
).split(' ');

/** What the simulated upstreams know these calls by; they answer others as ever. */
export const opening = 'Simulated: ';

export function someText(random: Random, count: number): string {
  return Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(' ');
}

/** One call of a program, as its own HTTP client would make it. */
export function composeCall({ program, key }: KeyedProgram, habit: Habit, random: Random): Request {
  const [path, body] = contentOf(habit, random);
  return new Request(`http://gateway${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'x-vector-tags': program.tag === undefined ? mark : `${mark},${program.tag}`,
      ...(habit.kind === 'slow-picture' ? { prefer: 'respond-async' } : {}),
    },
    body: JSON.stringify(body),
  });
}

function contentOf({ kind, model }: Habit, random: Random): [path: string, body: object] {
  const text = opening + someText(random, Math.round(around(random, 120)));
  const ask = (content: string, more: object = {}): [string, object] => [
    '/v1/chat/completions',
    { model, messages: [{ role: 'user', content }], ...more },
  ];
  switch (kind) {
    case 'stream':
      return ask(text, { stream: true });
    case 'same-question':
      // One of few, so that most have been answered before.
      return ask(`${opening}which team is ticket ${Math.floor(random() * 12)} for?`, { temperature: 0 });
    case 'embeddings':
      return ['/v1/embeddings', { model, input: [text, someText(random, 60)] }];
    case 'picture':
    case 'slow-picture':
      return ['/v1/images/generations', { model, prompt: text, response_format: 'url' }];
    case 'video':
      return ['/v1/videos', { model, prompt: text, seconds: '8', size: '1280x720' }];
    default:
      return ask(text);
  }
}
