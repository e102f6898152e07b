import { isJsonObject } from '../wire/read-json.ts';
import type { MountCheck } from './check-mount.ts';
import { askedOf, expectJson, expectThat } from './expect-answer.ts';

export const checkUnknownModel: MountCheck = {
  name: "an unknown model is a 404 in OpenAI's shape",
  async run(ask) {
    const body = await expectJson(await ask('/chat/completions', askedOf('no-such-model')), 404);
    const { error } = body;
    expectThat(isJsonObject(error), 'there is no error object');
    expectThat(typeof error.message === 'string', 'error.message is missing');
    expectThat(error.type === 'invalid_request_error', `error.type is ${JSON.stringify(error.type)}`);
    expectThat(error.code === 'model_not_found', `error.code is ${JSON.stringify(error.code)}`);
    return error.message;
  },
};
