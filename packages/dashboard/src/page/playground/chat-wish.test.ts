import { expect, test } from 'vitest';
import { bodyOf, emptyChatForm, readChatForm } from './chat-wish.ts';

const form = { ...emptyChatForm, model: 'gpt-5.2', user: 'Hi' };

test('a form that has what it needs is a wish', () => {
  const { wish, errors } = readChatForm({ ...form, temperature: ' 0,7 ', maxTokens: '100' });
  expect(errors).toEqual({});
  expect(bodyOf(wish)).toEqual({
    model: 'gpt-5.2',
    messages: [{ role: 'user', content: 'Hi' }],
    temperature: 0.7,
    max_completion_tokens: 100,
  });
});

test('each field that is wrong is named', () => {
  const { errors } = readChatForm({ ...emptyChatForm, temperature: '3', maxTokens: '1.5' });
  expect(errors).toEqual({
    model: 'errorNoModel',
    user: 'errorNoMessage',
    temperature: 'errorTemperature',
    maxTokens: 'errorMaxTokens',
  });
  expect(readChatForm({ ...form, temperature: 'warm' }).errors).toEqual({ temperature: 'errorTemperature' });
});
