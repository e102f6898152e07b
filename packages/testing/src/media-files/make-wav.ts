/** Samples per second of everything that these simulations say. */
export const speechRate = 24_000;

export interface ToneSettings {
  /** The length. */
  readonly seconds: number;
  /** The tone's pitch in Hz. Default 440. */
  readonly pitch?: number;
}

/** 24 kHz, 16 bit, one channel, little-endian, no header: what `pcm` and `audio/L16` are to OpenAI and Gemini. */
export function makePcm({ seconds, pitch = 440 }: ToneSettings): Buffer {
  const samples = Math.round(seconds * speechRate);
  const pcm = Buffer.alloc(samples * 2);
  for (let index = 0; index < samples; index++) {
    pcm.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * pitch * index) / speechRate)), index * 2);
  }
  return pcm;
}

/** A valid RIFF WAVE file of the same. */
export function makeWav(settings: ToneSettings): Buffer {
  const pcm = makePcm(settings);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + pcm.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(speechRate, 24);
  header.writeUInt32LE(speechRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(pcm.length, 40);
  return Buffer.concat([header, pcm]);
}

/** The length of a WAV file in seconds; undefined where the bytes are none. */
export function readWavSeconds(bytes: Uint8Array): number | undefined {
  const wav = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (wav.length < 44 || wav.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  if (wav.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  return (wav.length - 44) / wav.readUInt32LE(28);
}
