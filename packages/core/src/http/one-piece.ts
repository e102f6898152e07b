/** Bytes that are here already, for whoever reads piece by piece. */
export async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
