export interface Mp4Facts {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  readonly seconds: number;
  /** Each as it is stored: NAL units, each after its length in four bytes. */
  readonly pictures: readonly Buffer[];
}

/** What an MP4 of one video track says of itself; undefined where the bytes are none, or are not all there. */
export function readMp4(bytes: Uint8Array): Mp4Facts | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const movie = find(file, 'moov');
  const table = find(file, 'moov', 'trak', 'mdia', 'minf', 'stbl');
  const header = find(movie, 'mvhd');
  const track = find(movie, 'trak', 'tkhd');
  const sizes = find(table, 'stsz');
  const offsets = find(table, 'stco');
  if (find(file, 'ftyp') === undefined || find(file, 'mdat') === undefined) return undefined;
  if (header === undefined || track === undefined || sizes === undefined || offsets === undefined) {
    return undefined;
  }
  let start = offsets.readUInt32BE(8);
  const pictures = Array.from({ length: sizes.readUInt32BE(8) }, (_, index) => {
    const end = start + sizes.readUInt32BE(12 + index * 4);
    const picture = file.subarray(start, end);
    start = end;
    return picture;
  });
  return {
    width: track.readUInt32BE(track.length - 8) / 0x10000,
    height: track.readUInt32BE(track.length - 4) / 0x10000,
    seconds: header.readUInt32BE(16) / header.readUInt32BE(12),
    pictures,
  };
}

/** The content of the box at the end of a path of names; every box on the way must fit into the one around it. */
function find(content: Buffer | undefined, ...path: readonly string[]): Buffer | undefined {
  const [name, ...below] = path;
  if (name === undefined || content === undefined) return content;
  let found: Buffer | undefined;
  let position = 0;
  while (position + 8 <= content.length) {
    const length = content.readUInt32BE(position);
    if (length < 8 || position + length > content.length) return undefined;
    if (content.toString('latin1', position + 4, position + 8) === name) {
      found ??= content.subarray(position + 8, position + length);
    }
    position += length;
  }
  return position === content.length ? find(found, ...below) : undefined;
}
