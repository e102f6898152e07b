import { expect, test } from 'vitest';
import { joinItems, listItems, listReferences } from './join-items.ts';

const said = { id: 'msg_1', type: 'message', role: 'assistant', content: 'Hello' };
const named = { type: 'item_reference', id: 'msg_1' };
const unknown = { type: 'item_reference', id: 'msg_2' };
const nobody = new Set<string>();
const user = { role: 'user', content: 'Hi', id: 'msg_1' };

test('items that are named by their ids stand in their places, and what is not known stays named', () => {
  const body = { model: 'm', input: [user, named, unknown] };
  expect(listReferences(body)).toEqual(['msg_1', 'msg_2']);
  expect(joinItems(body, new Map([['msg_1', said]]), nobody)).toEqual({
    model: 'm',
    input: [user, said, unknown],
  });
});

test('an input that is text, missing or no list of objects names nothing', () => {
  for (const body of [{ input: 'item_reference' }, {}, { input: [null, 'x', { type: 'item_reference' }] }]) {
    expect(listReferences(body)).toEqual([]);
    expect(joinItems(body, new Map(), nobody)).toEqual(body);
  }
});

test('items that another keeps are said without what only that one knows', () => {
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' };
  const body = { input: [user, reasoning, named, { ...said, id: 'msg_3' }] };
  expect(listItems(body)).toEqual(['msg_1', 'rs_1', 'msg_1', 'msg_3']);
  const joined = joinItems(body, new Map([['msg_1', said]]), new Set(['rs_1', 'msg_1']));
  const { id: _, ...plain } = said;
  expect(joined).toEqual({
    input: [
      { role: 'user', content: 'Hi' },
      { type: 'reasoning', summary: [] },
      plain,
      { ...said, id: 'msg_3' },
    ],
  });
});
