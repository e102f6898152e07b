import type { Frame, VideoAbilities } from './fit-video.ts';

/** What the vendors' models can make, by their names at the vendor. */

function frame(width: number, height: number, aspectRatio: string, resolution: string): Frame {
  return { width, height, aspectRatio, resolution };
}

const portrait = frame(720, 1280, '9:16', '720p');
const landscape = frame(1280, 720, '16:9', '720p');

/** The first one is the default. */
const soraFrames = [portrait, landscape];
const soraProFrames = [...soraFrames, frame(1024, 1792, '4:7', '1024p'), frame(1792, 1024, '7:4', '1024p')];

const sora: VideoAbilities = { seconds: [4, 8, 12], defaultSeconds: 4, frames: soraFrames };
const soraPro: VideoAbilities = { ...sora, frames: soraProFrames };

/**
 * OpenAI's models, and what others sell by such names; undefined for any other, whose limits its server knows.
 * https://platform.openai.com/docs/guides/video-generation; lengths and sizes: openai/resources/videos.d.ts.
 */
export function soraAbilities(model: string): VideoAbilities | undefined {
  if (!/(?:^|\/)sora\b/i.test(model)) return undefined;
  return /(?:^|\/)sora-2(?:-\d{4}-\d{2}-\d{2})?$/i.test(model) ? sora : soraPro;
}

const veo720 = [landscape, portrait];
const veo1080 = [...veo720, frame(1920, 1080, '16:9', '1080p'), frame(1080, 1920, '9:16', '1080p')];
const veo4k = [...veo1080, frame(3840, 2160, '16:9', '4k'), frame(2160, 3840, '9:16', '4k')];

const veo2: VideoAbilities = { seconds: [5, 6, 7, 8], defaultSeconds: 8, frames: veo720 };
const veo3: VideoAbilities = {
  seconds: [4, 6, 8],
  defaultSeconds: 8,
  frames: veo1080,
  isPossible: (seconds, { resolution }) => resolution === '720p' || seconds === 8,
};

/** https://ai.google.dev/gemini-api/docs/video, https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation. */
export function veoAbilities(model: string): VideoAbilities {
  if (/\bveo-2/i.test(model)) return veo2;
  return /\bveo-3\.[1-9]/i.test(model) && !/\blite\b/i.test(model) ? { ...veo3, frames: veo4k } : veo3;
}

const grokRatios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3'];

function grokFrames(resolutions: readonly number[]): readonly Frame[] {
  return resolutions.flatMap((lines) =>
    grokRatios.map((ratio) => {
      const [across = 1, down = 1] = ratio.split(':').map(Number);
      // Pixels of a video are counted in pairs.
      const longer = 2 * Math.round((lines * Math.max(across, down)) / Math.min(across, down) / 2);
      const [width, height] = across < down ? [lines, longer] : [longer, lines];
      return frame(width, height, ratio, `${lines}p`);
    }),
  );
}

const grok: VideoAbilities = {
  seconds: Array.from({ length: 15 }, (_, index) => index + 1),
  defaultSeconds: 8,
  frames: grokFrames([480, 720]),
};
const grok15: VideoAbilities = { ...grok, frames: grokFrames([480, 720, 1080]) };

/** https://docs.x.ai/docs/guides/video-generation, @ai-sdk/xai (1080p only with 1.5). */
export function grokAbilities(model: string): VideoAbilities {
  return /\bvideo-1\.[5-9]/i.test(model) ? grok15 : grok;
}
