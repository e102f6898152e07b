import type { JsonObject } from '../../protocol/json.ts';
import { invalid, isList, isObject } from '../shared/read.ts';
import { wantList, wantObject, wantString } from '../shared/want.ts';
import { checkPart } from './parse-parts.ts';

/** An earlier turn, as a caller gives it back: what is read of it must be of the right type. */
export function checkAssistant(message: JsonObject, path: string): void {
  const { content } = message;
  if (isList(content)) {
    for (const [index, part] of content.entries())
      if (typeof part !== 'string') checkPart(part, `${path}.content[${index}]`);
  } else if (content !== undefined && content !== null && typeof content !== 'string')
    throw invalid(`${path}.content`, 'it must be a string or an array of parts');
  wantString(message['refusal'], path, 'refusal');
  wantString(message['reasoning_content'], path, 'reasoning_content');
  wantList(message['reasoning_details'], path, 'reasoning_details');
  wantList(message['annotations'], path, 'annotations');
  const calls = wantList(message['tool_calls'], path, 'tool_calls') ?? [];
  for (const [index, call] of calls.entries()) {
    const at = `${path}.tool_calls[${index}]`;
    if (!isObject(call)) throw invalid(at, 'it must be an object');
    wantString(call['id'], at, 'id');
    if (isObject(call['custom'])) wantString(call['custom']['input'], `${at}.custom.input`);
    checkNamed(isObject(call['custom']) ? call['custom'] : wantObject(call['function'], at, 'function'), at);
    if (isObject(call['function']) && typeof call['function']['arguments'] === 'number')
      throw invalid(`${at}.function.arguments`, 'it must be a string');
  }
  checkNamed(wantObject(message['function_call'], path, 'function_call'), `${path}.function_call`);
}

function checkNamed(inner: JsonObject | undefined, path: string): void {
  if (inner !== undefined && (typeof inner['name'] !== 'string' || inner['name'] === ''))
    throw invalid(`${path}.name`, 'it must be the name of the function');
}
