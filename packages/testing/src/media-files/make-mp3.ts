/** MPEG-2 layer III, 32 kbit/s, 24 kHz, one channel: frames of 576 samples, which are 24 ms. */
const frameHeader = Buffer.from([0xff, 0xf3, 0x44, 0xc4]);
const frameBytes = 96;
const secondsPerFrame = 576 / 24_000;

/** A valid MP3 file of silence: each frame's side information says that it has no audio data. */
export function makeMp3(seconds: number): Buffer {
  const frames = Math.max(1, Math.ceil(seconds / secondsPerFrame));
  const file = Buffer.alloc(frames * frameBytes);
  for (let frame = 0; frame < frames; frame += 1) frameHeader.copy(file, frame * frameBytes);
  return file;
}
