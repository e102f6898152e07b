import type { ServerOptions } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createVendor } from './vendors/create-vendor.ts';
import { OpenAIObjects } from './vendors/native/serve-openai-objects.ts';
import { openAIDialect } from './vendors/openai-dialect.ts';
import { withRealtime } from './vendors/realtime/with-realtime.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';
import type { JobRoutes } from './vendors/video/job-routes.ts';
import { serveOpenAIVideos } from './vendors/video/serve-openai-videos.ts';
import type { WebhookTarget } from './vendors/video/sign-webhook.ts';
import { type JobOptions, type SimulatedJobUpstream, withJobs } from './vendors/video/simulated-jobs.ts';

export interface SimulatedOpenAIOptions extends ServerOptions, VendorOptions, JobOptions {}

export interface SimulatedOpenAI extends SimulatedJobUpstream {
  /** From now on the end of every video job is told there, signed as OpenAI signs; replaces an earlier target. */
  sendWebhooks(target: WebhookTarget): void;
}

/**
 * OpenAI's API on a free port: chat and text completions, responses, realtime, embeddings, moderations, images, audio, files,
 * uploads, batches, vector stores, and videos (which
 * OpenAI itself has closed), with its errors and headers.
 */
export async function simulatedOpenAI(options: SimulatedOpenAIOptions = {}): Promise<SimulatedOpenAI> {
  const videos = serveOpenAIVideos(options);
  const objects = new OpenAIObjects(options);
  const jobs: JobRoutes = {
    ...videos,
    answer: (request, place) => videos.answer(request, place) ?? objects.answer(request, place),
  };
  const plain = createVendor(openAIDialect, { ...options, jobs });
  const vendor = withRealtime(plain, openAIDialect, { ...options, locate: locateRealtime });
  const upstream = withJobs(await startServer(vendor, options), videos.jobs);
  return Object.assign(upstream, { sendWebhooks: (target: WebhookTarget) => videos.sendWebhooks(target) });
}

function locateRealtime(path: string, query: URLSearchParams): string | undefined {
  return path === '/v1/realtime' ? (query.get('model') ?? undefined) : undefined;
}
