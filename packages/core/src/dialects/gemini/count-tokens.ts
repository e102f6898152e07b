import type { TokenCounting } from '../../protocol/codec.ts';
import { countOf, defined, objectOf, pick, protocolError } from '../shared/read.ts';

import { parseRequest } from './parse-request.ts';
import { field } from './read.ts';
import { renderRequest } from './render-request.ts';

/** What of a request counts at Vertex AI: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/projects.locations.endpoints/countTokens. */
const counted = ['contents', 'systemInstruction', 'tools', 'generationConfig'];

/**
 * `POST …/{model}:countTokens`. The Developer API takes the whole of a request inside of `generateContentRequest`
 * (https://ai.google.dev/api/tokens), Vertex AI its parts.
 */
export const countTokens: TokenCounting = {
  parseRequest: (body, address) =>
    parseRequest(objectOf(field(body, 'generateContentRequest')) ?? body, address),
  renderRequest: (request, vendor) => {
    const { body, dropped } = renderRequest(request);
    if (vendor === 'vertex') return { body: pick(body, counted), dropped };
    return { body: { generateContentRequest: { model: `models/${request.model}`, ...body } }, dropped };
  },
  parseCount: (body) => {
    const input = countOf(field(body, 'totalTokens'));
    if (input === undefined) throw protocolError('the answer has no totalTokens');
    return { input, ...defined({ cacheRead: countOf(field(body, 'cachedContentTokenCount')) }) };
  },
  renderCount: ({ input, cacheRead }) => ({
    totalTokens: input,
    ...defined({ cachedContentTokenCount: cacheRead }),
  }),
};
