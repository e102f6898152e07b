import { existsSync, readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../src/wire/read-json.ts';

/* Recordings of the real services, which lie beside the repository, not in it. */

const fixtures = new URL('../../../../shared/fixtures/', import.meta.url);
/** Where the recordings are not, their tests are skipped; never on a build server. */
export const isAbsent: boolean = !existsSync(fixtures) && process.env.CI !== 'true';

export interface Exchange {
  readonly response: {
    readonly headers: Record<string, string>;
    readonly text?: string;
    readonly body?: unknown;
    readonly base64?: string;
  };
}

export function recorded(...names: readonly string[]): Exchange[] {
  return names.flatMap((name) => {
    const file: { interactions: Exchange[] } = JSON.parse(
      readFileSync(new URL(`${name}.json`, fixtures), 'utf8'),
    );
    return file.interactions;
  });
}

/** Every path of keys, lists without their indexes: `choices[].delta.content`. */
export function shapeOf(value: unknown, path = ''): Set<string> {
  if (Array.isArray(value)) return union(value.map((item) => shapeOf(item, `${path}[]`)));
  if (typeof value !== 'object' || value === null) return new Set([path]);
  const below = Object.entries(value).map(([key, item]) =>
    shapeOf(item, path === '' ? key : `${path}.${key}`),
  );
  return path === '' ? union(below) : union([new Set([path]), ...below]);
}

export function union(sets: readonly Set<string>[]): Set<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

/** What is invented and what is forgotten; `rare` names what a recording has by chance. */
export function compare(
  simulation: Set<string>,
  recording: Set<string>,
  rare: readonly string[] = [],
): object {
  return {
    invented: [...simulation].filter((path) => !recording.has(path)),
    forgotten: [...recording].filter((path) => !simulation.has(path) && !rare.includes(path)),
  };
}

export const nothing: object = { invented: [], forgotten: [] };

/** The JSON of server-sent events. */
export function eventsOf(text: string): JsonObject[] {
  return [...text.matchAll(/^data: (\{.*\})\r?$/gm)].flatMap(([, data = '']) => {
    const event: unknown = JSON.parse(data);
    return isJsonObject(event) ? [event] : [];
  });
}
