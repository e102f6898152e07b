import { append, guardDepth, invalid, isList, isObject, setOwn } from '../../dialects/shared/read.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** Names under which vendors are told whom to call when a job is over: that is never the caller's to say. */
const hook = /call_?back|web_?hook|notify/i;

/** What a caller says in a vendor's own words, without the addresses to be called; and the names of those. */
export function dropHooks(extra: JsonObject): {
  readonly kept: JsonObject;
  readonly dropped: readonly string[];
} {
  const dropped: string[] = [];
  const kept = guardDepth(
    () => keepObject(extra, '', dropped),
    () => invalid('metadata', 'it is nested too deeply'),
  );
  return { kept, dropped };
}

function keepObject(object: JsonObject, path: string, dropped: string[]): JsonObject {
  const kept: Record<string, Json | undefined> = {};
  for (const [name, value] of Object.entries(object)) {
    if (hook.test(name)) append(dropped, [path + name]);
    else setOwn(kept, name, keep(value, `${path}${name}.`, dropped));
  }
  return kept;
}

function keep(value: Json | undefined, path: string, dropped: string[]): Json | undefined {
  if (isList(value)) return value.map((item) => keep(item, path, dropped) ?? null);
  return isObject(value) ? keepObject(value, path, dropped) : value;
}
