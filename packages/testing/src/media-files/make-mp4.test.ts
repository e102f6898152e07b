import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeParameterSets, encodePicture } from './encode-h264.ts';
import { makeMp4 } from './make-mp4.ts';
import { readMp4 } from './read-mp4.ts';

const even = fc.integer({ min: 1, max: 200 }).map((half) => half * 2);

describe('the file', () => {
  test('has the size and the length that were asked, and a picture for every second', () => {
    fc.assert(
      fc.property(even, even, fc.integer({ min: 1, max: 9000 }), (width, height, milliseconds) => {
        const file = makeMp4({ width, height, seconds: milliseconds / 1000, seed: 'a' });
        const facts = readMp4(file);
        expect(facts).toMatchObject({ width, height, seconds: milliseconds / 1000 });
        expect(facts?.pictures).toHaveLength(Math.ceil(milliseconds / 1000));
        for (const picture of facts?.pictures ?? []) {
          expect(picture.readUInt32BE(0)).toBe(picture.length - 4);
          // An IDR picture: ITU-T H.264, table 7-1.
          expect(picture[4]).toBe(0x65);
        }
      }),
    );
  });

  test('is the same for the same seed, and another for another', () => {
    const settings = { width: 64, height: 36, seconds: 2 };
    expect(makeMp4({ ...settings, seed: 'a' })).toEqual(makeMp4({ ...settings, seed: 'a' }));
    expect(makeMp4({ ...settings, seed: 'a' })).not.toEqual(makeMp4({ ...settings, seed: 'b' }));
  });

  test('stays small: twelve seconds of 1080p are about 100 kB', () => {
    expect(makeMp4({ width: 1920, height: 1080, seconds: 12, seed: 'a' }).length).toBeLessThan(110_000);
  });

  test('cannot have odd sides', () => {
    expect(() => makeMp4({ width: 101, height: 100, seconds: 1, seed: 'a' })).toThrow(RangeError);
  });

  test('that lacks its end is no MP4', () => {
    const file = makeMp4({ width: 64, height: 36, seconds: 2, seed: 'a' });
    expect(readMp4(file.subarray(0, -1))).toBeUndefined();
    expect(readMp4(Buffer.from('no video'))).toBeUndefined();
  });
});

describe('the pictures', () => {
  test('are cropped where their sides are no multiples of sixteen', () => {
    // ffmpeg reads 1920x1080 out of these bytes: 120 by 68 macroblocks without the lowest eight rows.
    expect(encodeParameterSets(1920, 1080).sequence.toString('hex')).toBe('6742c028da01e0089f95');
    expect(encodeParameterSets(1280, 720).sequence.toString('hex')).not.toBe(
      encodeParameterSets(1280, 718).sequence.toString('hex'),
    );
  });

  test('never hold a start code', () => {
    const colours = fc.record({
      luma: fc.integer({ min: 0, max: 255 }),
      blue: fc.constantFrom(0, 1, 3, 128),
      red: fc.constantFrom(0, 2, 255),
    });
    fc.assert(
      fc.property(even, even, colours, (width, height, colour) => {
        const unit = encodePicture({ width, height, index: 0 }, colour);
        for (const code of ['000000', '000001', '000002']) {
          expect(unit.indexOf(Buffer.from(code, 'hex'))).toBe(-1);
        }
      }),
    );
  });
});
