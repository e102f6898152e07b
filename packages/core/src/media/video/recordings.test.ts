import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JobContent, JobFormat, JobReport, VideoRequest } from '../../protocol/job.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { openAIVideos } from './openai-videos.ts';
import { plain } from './parse-videos-request.ts';
import { veoOnGemini } from './veo-on-gemini.ts';
import { xaiVideos } from './xai-videos.ts';

const folder = new URL('../../../../../../shared/fixtures/', import.meta.url);
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

interface Interaction {
  readonly request: { readonly method: string; readonly url: string; readonly body?: JsonObject };
  readonly response: { readonly format: string; readonly status: number; readonly body?: JsonObject };
}

function read(name: string): readonly Interaction[] {
  const { interactions }: { interactions: Interaction[] } = JSON.parse(
    readFileSync(new URL(`${name}.json`, folder), 'utf8'),
  );
  return interactions;
}

interface Case {
  readonly name: string;
  readonly format: JobFormat<VideoRequest>;
  readonly base: string;
  readonly model: string;
  readonly request: Partial<VideoRequest>;
  readonly reports: readonly Partial<JobReport>[];
  /** Where the file was fetched from, first. */
  readonly file: 'call' | 'result';
}

const cases: readonly Case[] = [
  {
    name: 'openai/sora-create-poll-download',
    format: openAIVideos,
    base: 'https://api.openai.com/v1',
    model: 'sora-2',
    request: {},
    reports: [
      { id: 'video_123', state: 'queued' },
      { state: 'running', progress: 40 },
      { state: 'succeeded', results: [{ type: 'video/mp4', seconds: 8, width: 1024, height: 1792 }] },
    ],
    file: 'call',
  },
  {
    name: 'gemini/veo-3.1-create-poll-download',
    format: veoOnGemini,
    base: 'https://generativelanguage.googleapis.com/v1beta',
    model: 'veo-3.1-lite-generate-preview',
    request: { seconds: 4 },
    reports: [{ state: 'running' }, { state: 'running' }, { state: 'succeeded' }],
    file: 'call',
  },
  {
    name: 'xai/grok-imagine-video',
    format: xaiVideos,
    base: 'https://api.x.ai/v1',
    model: 'grok-imagine-video',
    request: { seconds: 1, resolution: '480p' },
    reports: [
      { state: 'queued' },
      { state: 'running', progress: 1 },
      {
        state: 'succeeded',
        results: [{ type: 'video/mp4', seconds: 1, url: expect.stringContaining('vidgen') }],
      },
    ],
    file: 'result',
  },
];

describe.skipIf(!isThere)('a recorded job', () => {
  test.each(cases)(
    '$name is created, asked about and fetched',
    ({ name, format, base, model, ...expected }) => {
      const [create, ...rest] = read(name).filter(
        ({ response }) => response.status < 300 || response.status === 302,
      );
      if (create === undefined) throw new Error(`${name} holds nothing`);
      const rendered = format.renderRequest(
        { ...plain, prompt: 'a calm ocean wave at sunset', ...expected.request },
        model,
      );
      // It is asked as it was then, and may be asked for more; of one it is not known how.
      const { body: asked } = create.request;
      expect(rendered).toMatchObject(asked === undefined ? {} : { json: asked });

      const created = format.parseCreated(answerOf(create));
      const id = created.id ?? '';
      const reports = [created];
      for (const interaction of rest) {
        const { method, path } = format.status({ id, model, results: [] });
        if (`${base}${path}` !== interaction.request.url) break;
        expect(method).toBe(interaction.request.method);
        reports.push(format.parseStatus(answerOf(interaction)));
      }
      expect(reports).toMatchObject(expected.reports);

      const fetched = rest[reports.length - 1]?.request.url;
      const content = format.content({ id, model, results: reports.at(-1)?.results ?? [] }, 'video');
      expect(content === undefined ? undefined : addressIn(content, base)).toBe(fetched);
      expect(content).toHaveProperty(expected.file);
    },
  );
});

function answerOf({ response: { body } }: Interaction): { headers: Record<string, string>; body: Buffer } {
  return { headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

function addressIn(content: JobContent, base: string): string | undefined {
  return 'call' in content ? `${base}${content.call.path}` : content.result.url;
}
