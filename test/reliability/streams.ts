const chunk = (delta: object, finish: string | null = null, index = 0): string =>
  `data: ${JSON.stringify({ choices: [{ index, delta, finish_reason: finish }] })}\n\n`;

/** Short, so that it can be cut at every byte: a role, three pieces of text (one beyond ASCII), the finish, the end. */
export const stream: string = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'One ' }),
  chunk({ content: 'zwölf ' }),
  chunk({ content: '三' }),
  chunk({}, 'stop'),
  'data: [DONE]\n\n',
].join('');

/** What the target next in line says: nothing of it can be mistaken for the first one's. */
export const otherStream: string = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'ANOTHER' }),
  chunk({}, 'stop'),
  'data: [DONE]\n\n',
].join('');

/** Two choices; the first is done long before the second. */
export const twoChoices: string = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ role: 'assistant', content: '' }, null, 1),
  chunk({ content: 'short' }),
  chunk({ content: 'a long ' }, null, 1),
  chunk({}, 'stop'),
  chunk({ content: 'tale ' }, null, 1),
  chunk({ content: 'that goes on' }, null, 1),
  chunk({}, 'stop', 1),
  'data: [DONE]\n\n',
].join('');
