import type { JsonObject } from '../../protocol/json.ts';
import { checkArguments, saidObject, saidText } from '../shared/said.ts';

/** What a delta of a stream says. @throws GatewayError `VE_UPSTREAM_PROTOCOL` where it is damaged */
export function checkDelta({ text, reasoningContent, toolUse }: JsonObject): void {
  saidText(text, 'the text of a delta');
  saidText(saidObject(reasoningContent, 'the reasoning of a delta')?.['text'], 'the reasoning of a delta');
  checkArguments(saidObject(toolUse, 'the call of a delta')?.['input']);
}

/** What a block of a whole answer says. @throws GatewayError `VE_UPSTREAM_PROTOCOL` where it is damaged */
export function checkBlock({ text, reasoningContent, toolUse }: JsonObject): void {
  saidText(text, 'the text of a block');
  const reasoning = saidObject(reasoningContent, 'the reasoning of a block');
  saidText(saidObject(reasoning?.['reasoningText'], 'the reasoning of a block')?.['text'], 'the reasoning');
  checkArguments(saidObject(toolUse, 'the call of a block')?.['input']);
}
