import { encodeFrame } from '../../wire/encode-frame.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import type { ConverseAnswer } from './answer-converse.ts';
import { playBlocks } from './play-blocks.ts';
import { metrics, renderStopReason } from './render-converse.ts';

/** The frames of a streamed answer. Nothing is made before it is read. */
export function* renderConverseStream(answer: ConverseAnswer): Generator<Buffer> {
  let count = 0;
  const event = (name: string, payload: JsonObject): Buffer => {
    count += 1;
    return encodeFrame(
      { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
      JSON.stringify({ ...payload, p: padding(answer.seed, count) }),
    );
  };
  yield event('messageStart', { role: 'assistant' });
  for (const step of playBlocks(answer)) {
    switch (step.type) {
      case 'start':
        // Text and reasoning begin with their first piece.
        if (step.start !== undefined) {
          const start = { toolUse: step.start };
          yield event('contentBlockStart', { contentBlockIndex: step.index, start });
        }
        break;
      case 'delta':
        yield event('contentBlockDelta', { contentBlockIndex: step.index, delta: step.delta });
        break;
      case 'stop':
        yield event('contentBlockStop', { contentBlockIndex: step.index });
        break;
      default:
        yield event('messageStop', { stopReason: renderStopReason(answer, step.part) });
        yield event('metadata', { metrics, usage: answer.usage(step.part.tokens) });
    }
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** The field `p`, against traffic analysis. */
function padding(seed: string, count: number): string {
  return letters.slice(0, 3 + (Number.parseInt(hexOf(`${seed} ${count}`, 4), 16) % 59));
}

/** An exception inside a stream. `body` takes the place of the vendor's own words; its `__type` names the exception. */
export function writeException(body: unknown): Buffer {
  const { __type: type, ...payload } = isJsonObject(body) ? body : modelStreamError;
  return encodeFrame(
    {
      ':exception-type': readString(type) ?? 'modelStreamErrorException',
      ':content-type': 'application/json',
      ':message-type': 'exception',
    },
    JSON.stringify(payload),
  );
}

const modelStreamError: JsonObject = {
  __type: 'modelStreamErrorException',
  message: 'The system encountered an unexpected error during processing. Try your request again.',
  originalStatusCode: 500,
  originalMessage: 'Internal server error',
};
