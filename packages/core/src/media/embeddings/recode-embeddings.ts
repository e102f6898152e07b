import { isObject, listOf } from '../../dialects/shared/read.ts';
import type { EmbeddingsRequest } from '../../protocol/embeddings.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { readVector, toBase64, toFloats } from './convert-vector.ts';

/** An answer in OpenAI's form, with its vectors in the other of their two forms. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function recodeEmbeddings(answer: JsonObject, encoding: EmbeddingsRequest['encoding']): Buffer {
  const write = encoding === 'base64' ? toBase64 : toFloats;
  const data = listOf(answer['data'])
    .filter(isObject)
    .map((item) => ({ ...item, embedding: write(readVector(item['embedding'])) }));
  return Buffer.from(JSON.stringify({ ...answer, data }));
}
