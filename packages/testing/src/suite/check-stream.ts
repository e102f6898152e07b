import { isJsonObject, readList } from '../wire/read-json.ts';
import type { MountCheck } from './check-mount.ts';
import { askedOf, expectEvents, expectThat } from './expect-answer.ts';

export const checkStream: MountCheck = {
  name: 'a streamed chat completion ends with [DONE]',
  async run(ask, model) {
    const body = { ...askedOf(model), stream: true, stream_options: { include_usage: true } };
    const events = await expectEvents(await ask('/chat/completions', body));
    expectThat(events.at(-1) === '[DONE]', `the last event is ${String(events.at(-1)).slice(0, 200)}`);
    const chunks = events.slice(0, -1).map((data): unknown => JSON.parse(data));
    expectThat(
      chunks.every((chunk) => isJsonObject(chunk) && Array.isArray(chunk.choices)),
      'a chunk has no list of choices',
    );
    const withUsage = chunks.filter((chunk) => isJsonObject(chunk) && isJsonObject(chunk.usage));
    expectThat(withUsage.length === 1, `${withUsage.length} chunks carry usage, though it was asked for`);
    return `${chunks.length} chunks, one of them with usage`;
  },
};

export const checkUsageUnasked: MountCheck = {
  name: 'no usage chunk comes unless asked for',
  async run(ask, model) {
    const events = await expectEvents(await ask('/chat/completions', { ...askedOf(model), stream: true }));
    const chunks = events.filter((data) => data !== '[DONE]').map((data): unknown => JSON.parse(data));
    const empty = chunks.filter((chunk) => isJsonObject(chunk) && readList(chunk.choices).length === 0);
    expectThat(empty.length === 0, `${empty.length} chunks have no choice; clients read choices[0]`);
    return `${chunks.length} chunks, each with a choice`;
  },
};
