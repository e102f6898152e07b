import { isJsonObject } from '../dialects/openai-chat/inspect-answer.ts';
import type { GatewayError } from '../errors.ts';
import type { WholeReading } from './answer-reading.ts';
import type { Translation } from './read-translated.ts';
import { VerbatimReading } from './read-verbatim.ts';

/** What is asked of an upstream beside answers of its models: what it says passes as it is, and costs nothing. */
export class NativeReading extends VerbatimReading {
  readonly #secrets: Translation['secrets'];

  constructor(translation: Translation) {
    super(translation);
    this.#secrets = translation.secrets;
  }

  override readWhole(bytes: Buffer, broken: (reason: string) => GatewayError): WholeReading {
    if (!isJsonObject(bytes)) throw broken('the answer is not a JSON object');
    return { body: this.#secrets.hideInAnswer(bytes), usage: undefined };
  }
}
