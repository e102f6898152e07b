import type { JsonObject } from '../../protocol/json.ts';
import { isObject, protocolError } from '../shared/read.ts';
import { saidText } from '../shared/said.ts';

/** What a delta says. @throws GatewayError `VE_UPSTREAM_PROTOCOL` where it is damaged */
export function checkDelta({ text, thinking, partial_json }: JsonObject): void {
  saidText(text, 'the text of a delta');
  saidText(thinking, 'the thinking of a delta');
  saidText(partial_json, 'the input of a delta');
}

/** What a block of a whole answer says. @throws GatewayError `VE_UPSTREAM_PROTOCOL` where it is damaged */
export function checkBlock({ type, text, thinking, input }: JsonObject): void {
  if (type === 'text') saidText(text, 'the text of a block');
  if (type === 'thinking') saidText(thinking, 'the thinking of a block');
  if (type === 'tool_use' && input !== undefined && input !== null && !isObject(input))
    throw protocolError('the input of a call is no object');
}
