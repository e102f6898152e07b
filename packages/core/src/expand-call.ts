import type { Brought } from './asking.ts';
import { loadCodecs } from './dialects/load-codecs.ts';
import { isObject } from './dialects/shared/read.ts';
import { expandPrompt } from './expand-prompt.ts';
import { loadMedia } from './media/load-media.ts';
import { familyOf } from './media/pick-media.ts';
import type { Call, Operation } from './protocol/call.ts';
import type { Expansion } from './protocol/expansion.ts';
import { isMedia } from './protocol/media.ts';
import { bodyOf } from './upstreams/plan-media.ts';

/** Whether a picture is made of words. */
export function isPicture(operation: Operation): boolean {
  return operation === 'images' || operation === 'image-edits';
}

/** Puts what a chat model makes of the prompt in its place. @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING` */
export async function expandCall(
  call: Call,
  expansion: Expansion,
  { exchange, goOn, scope }: Pick<Brought, 'exchange' | 'goOn' | 'scope'>,
): Promise<void> {
  const { operation } = call;
  if (!isMedia(operation)) return;
  await Promise.all([loadMedia(), loadCodecs()]);
  call.media ??= familyOf(operation).parseRequest(bodyOf(call));
  const wish = isObject(call.media) ? call.media['prompt'] : undefined;
  if (typeof wish !== 'string' || wish === '') return;
  const parts = { expansion, exchange, goOn };
  const prompt = await scope.outlast(() => expandPrompt(wish, 'image', parts));
  if (prompt !== undefined) call.media = { ...Object(call.media), prompt, revisedPrompt: prompt };
}
