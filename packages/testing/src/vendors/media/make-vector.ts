import { createHash } from 'node:crypto';

/** A unit vector of pseudo-random numbers (xorshift32) that depends on the input alone. */
export function makeVector(input: string, dimensions: number): Float32Array {
  let state = createHash('sha256').update(input).digest().readUInt32LE(0) || 1;
  const vector = new Float32Array(dimensions);
  let square = 0;
  for (let index = 0; index < dimensions; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const value = (state >>> 0) / 2 ** 31 - 1;
    vector[index] = value;
    square += value * value;
  }
  const length = Math.sqrt(square);
  return vector.map((value) => value / length);
}

export const numberTypes = ['float', 'int8', 'uint8', 'binary', 'ubinary'] as const;

/** How a vector's numbers are stored. `binary` and `ubinary` hold eight dimensions in a number: their signs, highest bit first. */
export type NumberType = (typeof numberTypes)[number];

export function isNumberType(name: unknown): name is NumberType {
  return numberTypes.some((type) => type === name);
}

export function storeVector(vector: Float32Array, type: NumberType): Float32Array | Int8Array | Uint8Array {
  switch (type) {
    case 'float':
      return vector;
    case 'int8':
      return Int8Array.from(vector, (value) => Math.round(value * 127));
    case 'uint8':
      return Uint8Array.from(vector, (value) => Math.round(value * 127) + 128);
    case 'ubinary':
      return packSigns(vector);
    default:
      return Int8Array.from(packSigns(vector), (byte) => byte - 128);
  }
}

function packSigns(vector: Float32Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(vector.length / 8));
  for (const [index, value] of vector.entries()) {
    if (value > 0) packed[index >> 3] = (packed[index >> 3] ?? 0) | (0x80 >> (index & 7));
  }
  return packed;
}

/** The bytes of the numbers, floats with the lowest byte first. */
export function toBase64(numbers: Float32Array | Int8Array | Uint8Array): string {
  if (!(numbers instanceof Float32Array)) {
    return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
  }
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, value] of numbers.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
