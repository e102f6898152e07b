import type { ChatDialect, Extra } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isObject } from './read.ts';

/** Collects the names of what cannot be said in a dialect, each once. */
export interface Drops {
  readonly add: (name: string) => void;
  /** Names the fields of other dialects; `place` is put before them. */
  readonly addForeign: (extra: Extra | undefined, place?: string) => void;
  readonly list: () => readonly string[];
}

/** What only describes what was said, or keeps a spelling for its own dialect: nothing is lost without it. */
const descriptive: ReadonlySet<string> = new Set([
  'block',
  'displayName',
  'functions',
  'id',
  'index',
  'json',
  'object',
  'prompt_cache_breakpoint',
  'role',
  'source',
  'startsItem',
  'status',
  'system_fingerprint',
  'type',
]);

/** Fields that were understood but for what is left in them: that is what is named. */
const understood: ReadonlySet<string> = new Set([
  'additionalModelRequestFields',
  'fileData',
  'function',
  'functionCall',
  'functionCallingConfig',
  'functionResponse',
  'generationConfig',
  'inferenceConfig',
  'inlineData',
  'item',
  'metadata',
  'outputConfig',
  'output_config',
  'reasoning',
  'stream_options',
  'text',
  'thinkingConfig',
  'toolConfig',
]);

export function collectDrops(own: ChatDialect): Drops {
  const names = new Set<string>();
  const addFields = (fields: JsonObject, place: string): void => {
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined || value === null || descriptive.has(name)) continue;
      if (isObject(value) && understood.has(name))
        addFields(value, name === 'item' ? place : `${place}${name}.`);
      else names.add(place + name);
    }
  };
  return {
    add: (name) => {
      names.add(name);
    },
    addForeign: (extra, place = '') => {
      if (extra === undefined) return;
      for (const [dialect, fields] of Object.entries(extra)) if (dialect !== own) addFields(fields, place);
    },
    list: () => [...names],
  };
}
