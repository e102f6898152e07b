import { isObject, parseJson } from '../dialects/shared/read.ts';
import type { GatewayError } from '../errors.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call } from '../protocol/call.ts';
import type { WholeReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import { ChatReading } from './read-chat.ts';

const wanted = /"encoding_format"\s*:\s*"base64"/;
const given = /"embedding"\s*:\s*(["[])/;
/** Bytes of an answer in which its first vector begins. */
const beginning = 4096;

/** Vectors in OpenAI's form. A server that does not know what Base64 is asked for answers with numbers, and the other way round. */
export class EmbeddingsReading extends ChatReading {
  readonly #wantsBase64: boolean;

  constructor(call: Call, secrets: Secrets) {
    super(call, secrets);
    const { bytes } = call;
    this.#wantsBase64 = wanted.test(bufferOf(bytes).toString('latin1'));
  }

  override readWhole(
    whole: Buffer,
    broken: (reason: string) => GatewayError,
  ): WholeReading | Promise<WholeReading> {
    const read = super.readWhole(whole, broken);
    if (read instanceof Promise || 'answer' in read) return read;
    const [, opening] = given.exec(read.body.toString('latin1', 0, beginning)) ?? [];
    if (opening === undefined || (opening === '"') === this.#wantsBase64) return read;
    return import('../media/embeddings/recode-embeddings.ts').then(({ recodeEmbeddings }) => {
      const body = parseJson(read.body.toString('utf8'));
      if (!isObject(body)) throw broken('the answer is not a JSON object');
      return { ...read, body: recodeEmbeddings(body, this.#wantsBase64 ? 'base64' : 'float') };
    });
  }
}
