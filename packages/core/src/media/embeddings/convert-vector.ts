import { isList, protocolError } from '../../dialects/shared/read.ts';
import type { Vector } from '../../protocol/embeddings.ts';
import type { Json } from '../../protocol/json.ts';

const bytesPerFloat = 4;
const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function readVector(value: Json | undefined): Vector {
  if (typeof value === 'string') return value;
  if (!isList(value)) throw protocolError('an embedding is neither a list of numbers nor Base64');
  if (!isNumbers(value)) throw protocolError('an embedding holds something that is not a number');
  return value;
}

function isNumbers(list: readonly Json[]): list is readonly number[] {
  for (const item of list) if (typeof item !== 'number') return false;
  return true;
}

/** @throws GatewayError `VE_UPSTREAM_PROTOCOL` for Base64 of something else */
export function toFloats(vector: Vector): readonly number[] {
  if (typeof vector !== 'string') return vector;
  const floats = floatsIn(vector);
  const list: number[] = [];
  for (const float of floats) {
    // JSON has no word for what is not finite.
    if (!Number.isFinite(float)) throw notFloats();
    list.push(float);
  }
  return list;
}

export function toBase64(vector: Vector): string {
  if (typeof vector === 'string') return vector;
  const bytes = Buffer.from(Float32Array.from(vector).buffer);
  return (isLittleEndian ? bytes : bytes.swap32()).toString('base64');
}

function floatsIn(base64: string): Float32Array {
  const size = Buffer.byteLength(base64, 'base64');
  if (size % bytesPerFloat !== 0) throw notFloats();
  // Written to where floats may lie: they begin at multiples of their size.
  const floats = new Float32Array(size / bytesPerFloat);
  const bytes = Buffer.from(floats.buffer);
  if (bytes.write(base64, 'base64') !== size) throw notFloats();
  if (!isLittleEndian) bytes.swap32();
  return floats;
}

function notFloats(): ReturnType<typeof protocolError> {
  return protocolError('an embedding is not Base64 of 32-bit floats');
}
