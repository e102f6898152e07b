import type { TokenCounting } from '../../protocol/codec.ts';
import { countOf, pick, protocolError } from '../shared/read.ts';
import { parseRequest } from './parse-request.ts';
import { renderRequest } from './render-request.ts';

/** What of a request counts: https://platform.openai.com/docs/api-reference/responses/input-tokens. */
const counted = [
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'truncation',
  'conversation',
  'previous_response_id',
];

/** `POST /v1/responses/input_tokens`. */
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
  renderCount: ({ input }) => ({ object: 'response.input_tokens', input_tokens: input }),
};
