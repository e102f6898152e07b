import { GatewayError } from '../errors.ts';
import type { Part } from '../protocol/chat-answer.ts';
import { type Begun, OverlapTrimmer } from './trim-overlap.ts';

/** What is told of an attempt that goes on with the text of another: the text that is new, the numbers and the end. */
export class ContinuationReader {
  readonly #block: number;
  readonly #trimmer: OverlapTrimmer;

  /** `block`: in which the text goes on. */
  constructor(telling: Begun, block: number) {
    this.#block = block;
    this.#trimmer = new OverlapTrimmer(telling);
  }

  /** @throws GatewayError `VE_UPSTREAM_PROTOCOL` where it is something else than text. */
  read(part: Part): readonly Part[] {
    switch (part.type) {
      case 'text-delta':
        return this.#say(this.#trimmer.push(part.text));
      case 'finish':
        return [...this.#say(this.#trimmer.end()), { type: 'text-end', choice: 0, block: this.#block }, part];
      case 'usage':
        return [part];
      case 'refusal-start':
      case 'tool-input-start':
      case 'block':
        throw notText();
      default:
        // Another's name, what it thought, and where its blocks begin and end.
        return [];
    }
  }

  #say(text: string): readonly Part[] {
    return text === '' ? [] : [{ type: 'text-delta', choice: 0, block: this.#block, text }];
  }
}

function notText(): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_PROTOCOL',
    { reason: 'the answer was to go on in plain text, and did not' },
    { failure: { retry: 'elsewhere', health: 'neutral', sent: true } },
  );
}
