import { bufferOf } from '../../protocol/buffer-of.ts';
import { scanBody } from '../shared/read-members.ts';

/**
 * What of a request is part of the conversation, as JSON: not its tools and instructions, which an answer does not go on
 * with, and into which callers put secrets.
 */
export function keepInput(request: Uint8Array): string {
  const bytes = bufferOf(request);
  const input = scanBody(bytes, (key) => key === 'input').at(-1);
  return input === undefined ? '{}' : `{"input":${bytes.toString('utf8', input.start, input.end)}}`;
}
