/** 20 ms of silence as one packet: https://datatracker.ietf.org/doc/html/rfc6716. */
const silence = Buffer.from([0xf8, 0xff, 0xfe]);
const samplesPerPacket = 960;
const secondsPerPacket = 0.02;
const packetsPerPage = 50;
const serial = 0x56454e47;

/** A valid Ogg Opus file of silence, one channel: https://datatracker.ietf.org/doc/html/rfc7845. */
export function makeOpus(seconds: number): Buffer {
  const packets = Math.max(1, Math.ceil(seconds / secondsPerPacket));
  const pages = [
    page({ packets: [makeHead()], sequence: 0, samples: 0, flags: 2 }),
    page({ packets: [makeTags()], sequence: 1, samples: 0, flags: 0 }),
  ];
  for (let done = 0; done < packets; ) {
    const count = Math.min(packetsPerPage, packets - done);
    done += count;
    const flags = done === packets ? 4 : 0;
    const body = Array.from({ length: count }, () => silence);
    pages.push(page({ packets: body, sequence: pages.length, samples: done * samplesPerPacket, flags }));
  }
  return Buffer.concat(pages);
}

function makeHead(): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 'latin1');
  head.set([1, 1], 8);
  head.writeUInt32LE(24_000, 12);
  return head;
}

function makeTags(): Buffer {
  const vendor = Buffer.from('simulated');
  const tags = Buffer.alloc(16 + vendor.length);
  tags.write('OpusTags', 'latin1');
  tags.writeUInt32LE(vendor.length, 8);
  vendor.copy(tags, 12);
  return tags;
}

interface Page {
  /** Each shorter than 255 bytes. */
  readonly packets: readonly Buffer[];
  readonly sequence: number;
  /** At 48 kHz, counted from the beginning of the file to the end of the page. */
  readonly samples: number;
  /** 2: the first page, 4: the last. */
  readonly flags: number;
}

function page({ packets, sequence, samples, flags }: Page): Buffer {
  const header = Buffer.alloc(27);
  header.write('OggS', 'latin1');
  header.writeUInt8(flags, 5);
  header.writeBigUInt64LE(BigInt(samples), 6);
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(sequence, 18);
  header.writeUInt8(packets.length, 26);
  const whole = Buffer.concat([header, Buffer.from(packets.map(({ length }) => length)), ...packets]);
  whole.writeUInt32LE(checksum(whole), 22);
  return whole;
}

/** Ogg's own CRC: polynomial 0x04c11db7, nothing reflected or inverted. */
function checksum(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
