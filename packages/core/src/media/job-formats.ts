import type { ImageJobRequest, JobFormat, VideoRequest } from '../protocol/job.ts';
import { midjourney } from './midjourney/midjourney.ts';
import { openAIVideos } from './video/openai-videos.ts';
import { taskVideos } from './video/task-videos.ts';
import { veoOnGemini } from './video/veo-on-gemini.ts';
import { veoOnVertex } from './video/veo-on-vertex.ts';
import { xaiVideos } from './video/xai-videos.ts';

/** How each vendor is asked for what takes its time, by operation and by the name that upstreams have for the format. */
export const jobFormats: {
  readonly images: Readonly<Record<'midjourney', JobFormat<ImageJobRequest>>>;
  readonly video: Readonly<Record<'gemini' | 'openai' | 'tasks' | 'vertex' | 'xai', JobFormat<VideoRequest>>>;
} = {
  images: { midjourney },
  video: {
    gemini: veoOnGemini,
    openai: openAIVideos,
    tasks: taskVideos,
    vertex: veoOnVertex,
    xai: xaiVideos,
  },
};
