import type { Json, JsonObject } from '../../protocol/json.ts';
import { protocolError, wordOf } from '../shared/read.ts';
import { checkArguments, saidList, saidObject, saidText } from '../shared/said.ts';

/** What an item of a whole answer says. @throws GatewayError `VE_UPSTREAM_PROTOCOL` where it is damaged */
export function checkItem(value: Json): JsonObject | undefined {
  const item = saidObject(value, 'an item');
  switch (item?.['type']) {
    case 'message':
      if (typeof item['content'] !== 'string') checkParts(item['content']);
      return item;
    case 'reasoning':
      checkParts(item['summary']);
      checkParts(item['content']);
      return item;
    case 'function_call':
    case 'custom_tool_call':
      if (wordOf(item['name']) === undefined) throw protocolError('a call has no name');
      checkArguments(item['arguments']);
      saidText(item['input'], 'the input of a call');
      return item;
    default:
      return item;
  }
}

function checkParts(parts: Json | undefined): void {
  for (const value of saidList(parts, 'the content of an item')) {
    const part = saidObject(value, 'a part');
    saidText(part?.['text'], 'the text of a part');
    saidText(part?.['refusal'], 'the refusal of a part');
  }
}
