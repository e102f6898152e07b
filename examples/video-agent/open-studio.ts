import type { Gateway } from '@vector-engine/express';
import OpenAI from 'openai';
import type { ExampleUpstreams } from '../upstreams.ts';

/** Who does what; another name is another vendor, and nothing else changes. */
export interface Crew {
  /** Writes, and decides. */
  readonly chat: string;
  readonly image: string;
  readonly video: string;
}

/** What the agent works with. */
export interface Studio {
  readonly client: OpenAI;
  readonly gateway: Gateway;
  readonly crew: Crew;
}

/** The SDK speaks to the gateway in this process. `origin`: where the host listens, for the addresses that are handed out. */
export function openStudio(gateway: Gateway, crew: Crew, origin: string): Studio {
  const client = new OpenAI({ apiKey: 'unused', baseURL: `${origin}/v1`, fetch: gateway.fetch });
  return { client, gateway, crew };
}

/** Those whose vendors are real come first; `CHAT_MODEL`, `IMAGE_MODEL` and `VIDEO_MODEL` say otherwise. */
export function chooseCrew(
  { models, real }: ExampleUpstreams,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Crew {
  const isReal = (name: string): boolean =>
    (models[name] ?? []).some((target) => real.includes(target.split('/')[0] ?? ''));
  const choose = (...names: readonly [string, ...string[]]): string => names.find(isReal) ?? names[0];
  return {
    chat: environment.CHAT_MODEL ?? choose('claude-opus-4-6', 'gpt-5.2', 'gemini-3.0-pro'),
    image: environment.IMAGE_MODEL ?? choose('gpt-image-2', 'gemini-3.1-flash-image'),
    video: environment.VIDEO_MODEL ?? choose('sora-2-turbo', 'veo-3-video'),
  };
}
