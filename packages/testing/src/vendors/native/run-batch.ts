import { hexOf, wordOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, parseJson, readList, readString } from '../../wire/read-json.ts';

/** One line of a batch's output, and what all of them have used. */
export interface BatchRun {
  readonly lines: readonly JsonObject[];
  readonly usage: JsonObject;
}

/** Answers each chat request of a batch's file: https://platform.openai.com/docs/guides/batch. */
export function runBatch(input: Buffer, seed: string): BatchRun {
  const asked = input
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson(Buffer.from(line)));
  const lines = asked.map((line, index) => answerLine(isJsonObject(line) ? line : {}, `${seed} ${index}`));
  const [input_tokens, output_tokens] = [10 * lines.length, 5 * lines.length];
  const usage = {
    input_tokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output_tokens,
  };
  return { lines, usage };
}

function answerLine(line: JsonObject, seed: string): JsonObject {
  const body = isJsonObject(line.body) ? line.body : {};
  const last = readList(body.messages).at(-1);
  const said = isJsonObject(last) ? readString(last.content) : undefined;
  const message = { role: 'assistant', content: `You said: ${said ?? ''}`, refusal: null };
  return {
    id: `batch_req_${hexOf(seed, 24)}`,
    custom_id: line.custom_id,
    response: {
      status_code: 200,
      request_id: hexOf(`${seed} request`, 32),
      body: {
        id: `chatcmpl-${wordOf(seed, 29)}`,
        object: 'chat.completion',
        model: body.model,
        choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
        usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      },
    },
    error: null,
  };
}
