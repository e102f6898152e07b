import { isJsonObject, readList, readNumber } from '../wire/read-json.ts';
import type { MountCheck } from './check-mount.ts';
import { askedOf, expectJson, expectThat } from './expect-answer.ts';

export const checkWholeAnswer: MountCheck = {
  name: 'a chat completion comes whole, with usage',
  async run(ask, model) {
    const body = await expectJson(await ask('/chat/completions', askedOf(model)), 200);
    expectThat(body.object === 'chat.completion', `object is ${JSON.stringify(body.object)}`);
    const choice = readList(body.choices)[0];
    expectThat(isJsonObject(choice) && isJsonObject(choice.message), 'choices[0].message is missing');
    expectThat(choice.message.role === 'assistant', 'choices[0].message.role is not "assistant"');
    expectThat(typeof choice.finish_reason === 'string', 'choices[0].finish_reason is missing');
    const usage = isJsonObject(body.usage) ? body.usage : {};
    const [prompt, completion] = [readNumber(usage.prompt_tokens), readNumber(usage.completion_tokens)];
    expectThat(prompt !== undefined && completion !== undefined, 'usage is missing');
    return `${prompt} prompt and ${completion} completion tokens, finish_reason ${choice.finish_reason}`;
  },
};
