import type { ForeignBlock, MediaBlock, TextBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameOfForeign, nameWishes } from '../shared/name-foreign.ts';
import { isEmpty, isObject, present, stringOf } from '../shared/read.ts';
import { renderCacheMark } from './convert-cache-mark.ts';
import { renderMedia } from './convert-media.ts';
import { ownOf } from './own-extra.ts';
import type { AllQuirks } from './quirks.ts';

/** How a request is written: what the member takes, and where to name what it does not. */
export interface Writing {
  readonly quirks: AllQuirks;
  readonly drops: Drops;
}

/** Content as a string where it is plain text, as a list of parts where it is more. */
export function renderParts(
  blocks: readonly (TextBlock | MediaBlock | ForeignBlock)[],
  writing: Writing,
): string | readonly JsonObject[] {
  const [only] = blocks;
  if (blocks.length === 1 && only?.type === 'text' && isBare(only)) return only.text;
  return asContent(present(blocks.map((block) => renderPart(block, writing))), writing.quirks.joinsText);
}

/** What nearly every content is. */
function isBare({ cache, citations, extra }: TextBlock): boolean {
  return cache === undefined && citations === undefined && extra === undefined;
}

function asContent(parts: readonly JsonObject[], joinsText: boolean): string | readonly JsonObject[] {
  const [only] = parts;
  if (only === undefined) return '';
  if (parts.length === 1 && isPlainText(only)) return stringOf(only['text']) ?? '';
  if (!joinsText || !parts.every((part) => part['type'] === 'text')) return parts;
  return parts.map((part) => stringOf(part['text']) ?? '').join('\n');
}

function isPlainText(part: JsonObject): boolean {
  return part['type'] === 'text' && Object.keys(part).length === 2;
}

function renderPart(
  block: TextBlock | MediaBlock | ForeignBlock,
  { quirks, drops }: Writing,
): JsonObject | undefined {
  if (block.type === 'foreign') {
    if (block.dialect === 'openai-chat') return block.value;
    drops.add(nameOfForeign(block));
    return undefined;
  }
  const own = ownOf(block.extra);
  const mark = renderCacheMark(block.cache, own, quirks.cacheMarks);
  if (block.cache !== undefined && isEmpty(mark) && own['prompt_cache_breakpoint'] === undefined)
    drops.add('messages.cache_control');
  if (block.type === 'text') {
    if (block.citations !== undefined) drops.add('messages.citations');
    return { type: 'text', text: block.text, ...own, ...mark };
  }
  nameWishes(block, drops);
  // Only files have names.
  if (block.name !== undefined && isSeen(block)) drops.add('messages.filename');
  const part = renderMedia(block, quirks.documentUrls) ?? linkTo(block, drops);
  return { ...mergeInner(part, own), ...mark };
}

/** The nearest to a document that is only a URL. */
function linkTo({ name, source }: MediaBlock, drops: Drops): JsonObject {
  drops.add('messages.file_url');
  const url = source.kind === 'url' ? source.url : '';
  return { type: 'text', text: name === undefined ? url : `[${name}](${url})` };
}

/** Fields that were put aside go back to where they were, also those inside of `image_url` and the like. */
export function mergeInner(entry: JsonObject, own: JsonObject): JsonObject {
  if (isEmpty(own)) return entry;
  const merged = Object.entries(own).map(([name, value]): [string, Json | undefined] => {
    const inner = entry[name];
    return [name, isObject(inner) && isObject(value) ? { ...inner, ...value } : value];
  });
  return { ...entry, ...Object.fromEntries(merged) };
}

/** Something to look at or to listen to, in no file of the provider's. */
function isSeen({ mediaType = '', source }: MediaBlock): boolean {
  return /^(image|video|audio)\//.test(mediaType) && source.kind !== 'id';
}
