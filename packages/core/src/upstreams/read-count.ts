import type { GatewayError } from '../errors.ts';
import type { TokenCounting } from '../protocol/codec.ts';
import type { WholeReading } from './answer-reading.ts';
import { readBody } from './parse-problem.ts';
import { TranslatedReading, type Translation } from './read-translated.ts';

/** The endpoints of two vendors that count tokens. */
export interface CountTranslation extends Translation {
  readonly counting: { readonly upstream: TokenCounting; readonly caller: TokenCounting };
}

/** A number of tokens, in the caller's words. */
export class CountReading extends TranslatedReading {
  readonly #counting: CountTranslation['counting'];

  constructor(translation: CountTranslation) {
    super(translation);
    this.#counting = translation.counting;
  }

  override readWhole(bytes: Buffer, broken: (reason: string) => GatewayError): WholeReading {
    const body = readBody(bytes);
    if (body === undefined) throw broken('the answer is not a JSON object');
    const { upstream, caller } = this.#counting;
    const count = upstream.parseCount(body);
    return { body: Buffer.from(JSON.stringify(caller.renderCount(count))), usage: undefined };
  }
}
