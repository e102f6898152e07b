import type { MediaBlock, Message } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isSameJson } from '../shared/read.ts';
import { isBeforeGemini3 } from './model-facts.ts';

type Detail = MediaBlock['detail'];

const levels = { low: 'MEDIA_RESOLUTION_LOW', high: 'MEDIA_RESOLUTION_HIGH' } as const;

/** `mediaResolution` of a part; undefined where the vocabulary has no word for it. */
export function parseDetail(resolution: JsonObject | undefined): 'low' | 'high' | undefined {
  if (isSameJson(resolution, { level: levels.low })) return 'low';
  return isSameJson(resolution, { level: levels.high }) ? 'high' : undefined;
}

export function renderDetail(detail: Detail): JsonObject {
  return detail === 'low' || detail === 'high' ? { mediaResolution: { level: levels[detail] } } : {};
}

/** Before its third generation Gemini had one resolution for a whole request. */
export function fitDetails(
  messages: readonly Message[],
  model: string,
  drop: (name: string) => void,
): readonly Message[] {
  if (!isBeforeGemini3(model)) return messages;
  return messages.map((message) => {
    if (message.role !== 'user' || !message.content.some(hasDetail)) return message;
    drop('messages.image_url.detail');
    return {
      ...message,
      content: message.content.map((block) => (hasDetail(block) ? withoutDetail(block) : block)),
    };
  });
}

function hasDetail(block: { readonly type: string; readonly detail?: Detail }): block is MediaBlock {
  return block.type === 'media' && block.detail !== undefined && block.detail !== 'auto';
}

function withoutDetail(block: MediaBlock): MediaBlock {
  return { ...block, detail: 'auto' };
}
