import type { TokenCounting } from '../../protocol/codec.ts';
import { countOf, objectOf, pick, protocolError } from '../shared/read.ts';
import { parseRequest } from './parse-request.ts';
import { renderRequest } from './render-request.ts';

/** What of a request counts: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseTokensRequest.html. */
const counted = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'];

/** `POST /model/{id}/count-tokens`. */
export const countTokens: TokenCounting = {
  parseRequest: (body, address) =>
    parseRequest(objectOf(objectOf(body['input'])?.['converse']) ?? {}, address),
  renderRequest: (request) => {
    const { body, dropped } = renderRequest(request);
    return { body: { input: { converse: pick(body, counted) } }, dropped };
  },
  parseCount: (body) => {
    const input = countOf(body['inputTokens']);
    if (input === undefined) throw protocolError('the answer has no inputTokens');
    return { input };
  },
  renderCount: ({ input }) => ({ inputTokens: input }),
};
