/** The same bytes. What is a buffer stays the one it is: Node's own are of another shape, which those who read them would learn. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
