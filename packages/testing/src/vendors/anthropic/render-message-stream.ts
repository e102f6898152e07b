import { hexOf } from '../../wire/hash-text.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import type { MessageAnswer } from './answer-message.ts';
import { collectContent } from './collect-content.ts';
import { playBlocks } from './play-blocks.ts';
import { renderUsage } from './render-message.ts';
import { renderStop } from './render-stop.ts';

const ping = 'event: ping\ndata: {"type": "ping"}\n\n';

/** The events of a streamed message. Nothing is made before it is read. */
export function* renderMessageStream(answer: MessageAnswer): Generator<string> {
  let count = 0;
  const event = (body: JsonObject): string => {
    count += 1;
    return toEvent(body, hexOf(`${answer.seed} ${count}`, 1));
  };
  yield event({
    type: 'message_start',
    message: {
      model: answer.model,
      id: answer.id,
      type: 'message',
      role: 'assistant',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: renderUsage(answer, { completion: 1, reasoning: 0 }),
    },
  });

  // What nobody wants to know is not kept: a stream can be endless.
  const collector = answer.onEnd === undefined ? undefined : collectContent();
  let index = -1;
  for (const step of playBlocks(answer)) {
    collector?.add(step);
    switch (step.type) {
      case 'start':
        index += 1;
        yield event({ type: 'content_block_start', index, content_block: step.block });
        if (index === 0) yield ping;
        break;
      case 'delta':
        yield event({ type: 'content_block_delta', index, delta: step.delta });
        break;
      case 'stop':
        yield event({ type: 'content_block_stop', index });
        break;
      case 'finish': {
        const usage = answer.usage(step.part.tokens);
        yield event({ type: 'message_delta', delta: renderStop(answer.reply, step.part), usage });
      }
    }
  }
  if (collector !== undefined) answer.onEnd?.(collector.content());
  yield event({ type: 'message_stop' });
}

/** Anthropic pads the JSON of its events with spaces, so that their length tells nothing of the tokens in them. */
function toEvent(body: JsonObject, digit: string): string {
  const json = JSON.stringify(body).replace(/\}$/, `${' '.repeat(Number.parseInt(digit, 16))}}`);
  return `event: ${String(body.type)}\ndata: ${json}\n\n`;
}
