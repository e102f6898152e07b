import { inflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeAac } from './make-aac.ts';
import { makeFlac } from './make-flac.ts';
import { makeJpeg } from './make-jpeg.ts';
import { makeMp3 } from './make-mp3.ts';
import { makeOpus } from './make-opus.ts';
import { makePng, readPngSize } from './make-png.ts';
import { makePcm, makeWav, readWavSeconds } from './make-wav.ts';
import { makeWebp } from './make-webp.ts';
import { measureAudio } from './measure-audio.ts';

const side = fc.integer({ min: 1, max: 300 });

describe('images', () => {
  test('a PNG has its size, and a byte for every pixel', () => {
    fc.assert(
      fc.property(side, side, fc.string(), (width, height, seed) => {
        const png = makePng({ width, height, seed });
        expect(readPngSize(png)).toEqual({ width, height });
        const start = png.indexOf('IDAT');
        const rows = inflateSync(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)));
        expect(rows.length).toBe((width + 1) * height);
      }),
      { numRuns: 30 },
    );
  });

  test('the same seed is the same image, another seed another one', () => {
    const size = { width: 32, height: 32 };
    expect(makePng({ ...size, seed: 'a' })).toEqual(makePng({ ...size, seed: 'a' }));
    expect(makePng({ ...size, seed: 'a' })).not.toEqual(makePng({ ...size, seed: 'b' }));
  });

  test('a JPEG has its size, and two bits for every block of pixels', () => {
    fc.assert(
      fc.property(side, side, fc.string(), (width, height, seed) => {
        const jpeg = makeJpeg({ width, height, seed });
        const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
        expect([jpeg.readUInt16BE(frame + 7), jpeg.readUInt16BE(frame + 5)]).toEqual([width, height]);
        const scan = jpeg.indexOf(Buffer.from([0xff, 0xda])) + 10;
        const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
        expect(jpeg.length - 2 - scan).toBe(Math.ceil((9 + (blocks - 1) * 2) / 8));
        expect(jpeg.subarray(scan, -2).includes(0xff)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test('a WebP has its size', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const webp = makeWebp({ width, height, seed: 'x' });
        expect(webp.readUInt32LE(4)).toBe(webp.length - 8);
        const sizes = webp.readUInt32LE(21);
        expect([(sizes & 0x3fff) + 1, ((sizes >> 14) & 0x3fff) + 1]).toEqual([width, height]);
      }),
    );
  });
});

const length = fc.double({ min: 0.05, max: 2, noNaN: true });

describe('sound', () => {
  test('a WAV file says how long it is', () => {
    fc.assert(
      fc.property(length, (seconds) => {
        expect(readWavSeconds(makeWav({ seconds }))).toBeCloseTo(seconds, 3);
        expect(measureAudio(makeWav({ seconds }))).toBeCloseTo(seconds, 3);
      }),
      { numRuns: 20 },
    );
  });

  test('a FLAC file holds the samples of the tone', () => {
    const seconds = 0.5;
    const flac = makeFlac({ seconds });
    const pcm = makePcm({ seconds });
    expect(Number(flac.readBigUInt64BE(18) & 0xfffffffffn)).toBe(pcm.length / 2);
    const firstSamples = Buffer.from(pcm.subarray(0, 200)).swap16();
    // The stream info, then a header of eight bytes and the kind of the frame.
    expect(flac.subarray(4 + 38 + 9, 4 + 38 + 9 + 200)).toEqual(firstSamples);
  });

  test('MP3 and AAC are frames whose headers say where the next one begins', () => {
    fc.assert(
      fc.property(length, (seconds) => {
        const mp3 = makeMp3(seconds);
        const mp3Frames = mp3.length / 96;
        expect(mp3Frames * 0.024).toBeGreaterThanOrEqual(seconds);
        for (let at = 0; at < mp3.length; at += 96) expect(mp3.readUInt32BE(at)).toBe(0xfff344c4);
        const aac = makeAac(seconds);
        let frames = 0;
        for (let at = 0; at < aac.length; frames += 1) {
          expect(aac.readUInt16BE(at)).toBe(0xfff1);
          at += (aac.readUInt32BE(at + 3) >> 13) & 0x1fff;
        }
        expect((frames * 1024) / 24_000).toBeGreaterThanOrEqual(seconds);
      }),
      { numRuns: 20 },
    );
  });

  test('Ogg pages count up, end with a mark, and tell the length', () => {
    fc.assert(
      fc.property(length, (seconds) => {
        const opus = makeOpus(seconds);
        const pages: { flags: number; samples: number }[] = [];
        for (let at = 0; at < opus.length; ) {
          expect(opus.toString('latin1', at, at + 4)).toBe('OggS');
          expect(opus.readUInt32LE(at + 18)).toBe(pages.length);
          pages.push({ flags: opus.readUInt8(at + 5), samples: Number(opus.readBigUInt64LE(at + 6)) });
          const count = opus.readUInt8(at + 26);
          const sizes = opus.subarray(at + 27, at + 27 + count);
          at += 27 + count + sizes.reduce((sum, size) => sum + size, 0);
        }
        expect(pages.map(({ flags }) => flags)).toEqual([2, ...pages.slice(2).map(() => 0), 4]);
        expect(pages.at(-1)?.samples).toBe(Math.ceil(seconds / 0.02) * 960);
      }),
      { numRuns: 20 },
    );
  });

  test('text is no sound', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,40}$/), (text) => {
        fc.pre(!/^(ID3|fLaC|OggS|RIFF|.{4}ftyp)/.test(text));
        expect(measureAudio(Buffer.from(text))).toBeUndefined();
      }),
    );
  });
});
