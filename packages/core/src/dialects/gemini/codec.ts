import type { Codec } from '../../protocol/codec.ts';
import { parseError, renderError } from './convert-error.ts';
import { countTokens } from './count-tokens.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseRequest } from './parse-request.ts';
import { parseStream } from './parse-stream.ts';
import { renderAnswer } from './render-answer.ts';
import { renderRequest } from './render-request.ts';
import { renderArrayStream, renderStream } from './render-stream.ts';

/** Google's `generateContent` and `streamGenerateContent`, of the Developer API and of Vertex. */
export const gemini: Codec & {
  /** The form without `alt=sse`: a JSON array, element by element. */
  readonly renderArrayStream: Codec['renderStream'];
} = {
  dialect: 'gemini',
  parseRequest,
  renderRequest,
  parseAnswer,
  renderAnswer,
  parseStream,
  renderStream,
  renderArrayStream,
  parseError,
  renderError,
  countTokens,
};
