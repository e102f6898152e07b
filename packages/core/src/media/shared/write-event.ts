import type { JsonObject } from '../../protocol/json.ts';

/** An event as OpenAI writes those of sound and of transcripts: its type is in its data only. */
export function writeEvent(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
