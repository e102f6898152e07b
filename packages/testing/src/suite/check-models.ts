import { isJsonObject, readList } from '../wire/read-json.ts';
import type { MountCheck } from './check-mount.ts';
import { expectJson, expectThat } from './expect-answer.ts';

export const checkModels: MountCheck = {
  name: 'GET /models lists the model',
  async run(ask, model) {
    const body = await expectJson(await ask('/models'), 200);
    expectThat(body.object === 'list', `expected object "list", got ${JSON.stringify(body.object)}`);
    const names = readList(body.data).map((entry) => (isJsonObject(entry) ? entry.id : undefined));
    expectThat(names.includes(model), `${model} is not among the ${names.length} models listed`);
    return `${names.length} models`;
  },
};
