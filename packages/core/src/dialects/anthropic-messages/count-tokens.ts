import type { TokenCounting } from '../../protocol/codec.ts';
import { countOf, pick, protocolError } from '../shared/read.ts';
import { parseRequest } from './parse-request.ts';
import { renderRequest } from './render-request.ts';

/** What of a request counts: https://platform.claude.com/docs/en/api/messages-count-tokens. */
const counted = ['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'output_config'];

/** `POST /v1/messages/count_tokens`. */
export const countTokens: TokenCounting = {
  parseRequest,
  renderRequest: (request) => {
    const { body, dropped } = renderRequest(request);
    return { body: pick(body, counted), dropped };
  },
  parseCount: (body) => {
    const input = countOf(body['input_tokens']);
    if (input === undefined) throw protocolError('the answer has no input_tokens');
    return { input };
  },
  renderCount: ({ input }) => ({ input_tokens: input }),
};
