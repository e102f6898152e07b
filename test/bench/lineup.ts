import { type Child, startChild } from './ipc.ts';
import type { LoadHandlers } from './load.ts';
import { LOAD_CORE, SUBJECT_CORE } from './machine.ts';
import type { SubjectHandlers } from './subjects/host.ts';
import type { UpstreamHandlers } from './upstream.ts';

/** Who is measured, in the order of the tables. `ours` must prove that its parts were live. */
export const SUBJECTS = [
  { name: 'floor', label: 'floor', ours: false, peer: false },
  { name: 'http-proxy-middleware', label: 'h-p-m', ours: false, peer: true },
  { name: 'usual', label: 'usual', ours: false, peer: false },
  { name: 'portkey', label: 'Portkey', ours: false, peer: true },
  { name: 'bare', label: 'ours, bare', ours: true, peer: false },
  { name: 'express', label: 'ours, Express', ours: true, peer: false },
  { name: 'koa', label: 'ours, Koa', ours: true, peer: false },
] as const;

/** Not in the tables: measured beside itself, see `translation/`. */
export const TRANSLATING = { name: 'translating', ours: true } as const;

/** Nor these: what is answered from the cache, beside a route that answers the same bytes. See `cache/`. */
export const CACHING = [
  { name: 'cached', ours: true },
  { name: 'fixed', ours: false },
] as const;

/** Nor these: what it costs to know who may spend what, and to write it down. See `books/`. */
export const BOOKING = [
  { name: 'unbooked', ours: true },
  { name: 'books-default', ours: true },
  { name: 'booked-memory', ours: true },
  { name: 'booked-sqlite', ours: true },
] as const;

/** Nor these: what traces cost, in a host that has OpenTelemetry. See `tracing/`. */
export const TRACING = [
  { name: 'untraced', ours: true },
  { name: 'traced', ours: true },
  { name: 'traced-fully', ours: true },
  { name: 'untraced-alone', ours: true },
  { name: 'traced-alone', ours: true },
] as const;

/** Nor these: what it costs that somebody measures and looks. See `watching/`. */
export const WATCHING = [
  { name: 'unwatched', ours: true },
  { name: 'metered', ours: true },
  { name: 'watched', ours: true },
] as const;

/** What is measured apart from the tables. */
export type ApartEntry =
  | typeof TRANSLATING
  | (typeof CACHING)[number]
  | (typeof BOOKING)[number]
  | (typeof TRACING)[number]
  | (typeof WATCHING)[number];
export type SubjectEntry = (typeof SUBJECTS)[number];
export type SubjectName = SubjectEntry['name'];

/** A subject in its own process; `direct`, the upstream without a gateway, has none. */
export interface RunningSubject {
  readonly name: SubjectName | 'direct' | ApartEntry['name'];
  readonly ours: boolean;
  readonly port: number;
  /** What a caller of this gateway must send besides. */
  readonly headers: Readonly<Record<string, string>>;
  readonly child: Child<SubjectHandlers> | undefined;
}

/** The processes around the subjects. */
export interface Stage {
  readonly upstream: Child<UpstreamHandlers>;
  readonly load: Child<LoadHandlers>;
  readonly direct: RunningSubject;
  start(entry: SubjectEntry | ApartEntry): Promise<RunningSubject>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Run ours from its TypeScript sources instead of the build. */
  readonly fromSource?: boolean;
  readonly pin?: boolean;
}

export async function setStage({ fromSource = false, pin = true }: StageOptions = {}): Promise<Stage> {
  const around = pin ? { core: LOAD_CORE } : {};
  const upstream = await startChild<UpstreamHandlers>(new URL('upstream.ts', import.meta.url), around);
  const load = await startChild<LoadHandlers>(new URL('load.ts', import.meta.url), around);
  const upstreamPort = await upstream.call('port');
  const started: Child<SubjectHandlers>[] = [];
  const nodeFlags = ['--expose-gc', ...(fromSource ? ['--conditions=@vector-engine/source'] : [])];
  const routing = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
  };
  return {
    upstream,
    load,
    direct: { name: 'direct', ours: false, port: upstreamPort, headers: {}, child: undefined },
    async start({ name, ours }) {
      const child = await startChild<SubjectHandlers>(new URL('subjects/host.ts', import.meta.url), {
        ...(pin ? { core: SUBJECT_CORE } : {}),
        nodeFlags,
        args: [name, String(upstreamPort)],
      });
      started.push(child);
      const headers = name === 'portkey' ? routing : {};
      return { name, ours, port: await child.call('port'), headers, child };
    },
    async close() {
      await Promise.all([...started, load, upstream].map((child) => child.close()));
    },
  };
}
