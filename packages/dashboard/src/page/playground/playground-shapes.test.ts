import { expect, test } from 'vitest';
import { chatModels } from './playground-shapes.ts';

test('only models that can chat are offered, by name', () => {
  const models = [
    { id: 'writer', kind: 'chat' },
    { id: 'sora-2', kind: 'video' },
    { id: 'gpt-5.2', kind: 'chat' },
  ];
  expect(chatModels(models)).toEqual(['gpt-5.2', 'writer']);
});
