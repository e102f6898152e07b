import type { JsonObject } from '../../protocol/json.ts';
import { isList, isObject, protocolError } from '../shared/read.ts';
import { checkArguments, saidList, saidObject, saidText } from '../shared/said.ts';

/** What a message of an answer says, or a piece of one. @throws GatewayError `VE_UPSTREAM_PROTOCOL` where it is damaged */
export function checkSaid(message: JsonObject): void {
  const { content, refusal, reasoning_content, tool_calls, function_call } = message;
  if (isList(content)) {
    for (const value of content) {
      const part = typeof value === 'string' ? undefined : saidObject(value, 'a part of the content');
      if (part?.['type'] === 'text') saidText(part['text'], 'the text of a part');
    }
  } else saidText(content, 'the content');
  saidText(refusal, 'the refusal');
  saidText(reasoning_content, 'the reasoning');
  for (const call of saidList(tool_calls, 'the list of calls')) {
    if (!isObject(call)) throw protocolError('a call is no object');
    checkArguments(saidObject(call['function'], 'the function of a call')?.['arguments']);
    saidText(saidObject(call['custom'], 'a custom call')?.['input'], 'the input of a call');
  }
  checkArguments(saidObject(function_call, 'the call')?.['arguments']);
}
