import {
  gemini,
  openai,
  openaiCompatible,
  type Upstream,
  type UpstreamOptions,
  vertex,
  xai,
} from '@vector-engine/core';
import {
  type JobOptions,
  type SimulatedJobUpstream,
  simulatedGemini,
  simulatedOpenAI,
  simulatedVertex,
  simulatedVideoTasks,
  simulatedXai,
} from '@vector-engine/testing';

/** The wire formats in which videos are asked for. */
export const formats = ['openai', 'gemini', 'vertex', 'xai', 'tasks'] as const;
export type Format = (typeof formats)[number];

/** What each calls one of its models. */
export const modelOf: Readonly<Record<Format, string>> = {
  openai: 'sora-2',
  gemini: 'veo-3.1-generate-preview',
  vertex: 'veo-3.1-generate-001',
  xai: 'grok-imagine-video',
  tasks: 'kling-v2',
};

/** Shown to no caller, wherever it is looked for. */
export const canary = 'sk-canary-of-the-operator';

export interface StudioOptions extends JobOptions {
  readonly apiKeys?: readonly string[];
  readonly models?: readonly string[];
}

/** A provider of videos, whose jobs are over in no time unless it is said. */
export function startStudio(format: Format, options: StudioOptions = {}): Promise<SimulatedJobUpstream> {
  return starts[format]({ jobTime: 30, ...options });
}

const starts: Readonly<Record<Format, (options: StudioOptions) => Promise<SimulatedJobUpstream>>> = {
  openai: simulatedOpenAI,
  gemini: simulatedGemini,
  vertex: simulatedVertex,
  xai: simulatedXai,
  tasks: simulatedVideoTasks,
};

type Keys = string | readonly string[];

/** The upstream that reaches it. */
export function reach(
  format: Format,
  studio: SimulatedJobUpstream,
  { apiKey = canary, ...options }: UpstreamOptions & { readonly apiKey?: Keys } = {},
): Upstream {
  return upstreams[format](studio, { ...options, apiKey });
}

type Reach = (studio: SimulatedJobUpstream, options: UpstreamOptions & { readonly apiKey: Keys }) => Upstream;

const upstreams: Readonly<Record<Format, Reach>> = {
  openai: ({ baseURL }, options) => openai({ ...options, baseURL }),
  gemini: ({ origin }, options) => gemini({ ...options, baseURL: `${origin}/v1beta` }),
  vertex: ({ origin }, { apiKey, ...options }) =>
    vertex({ ...options, token: apiKey, project: 'films', baseURL: `${origin}/v1` }),
  xai: ({ baseURL }, options) => xai({ ...options, baseURL }),
  tasks: ({ baseURL }, options) => openaiCompatible({ ...options, baseURL, videos: 'tasks' }),
};
