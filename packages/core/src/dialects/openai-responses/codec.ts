import type { Codec } from '../../protocol/codec.ts';
import { parseError, renderError } from './convert-error.ts';
import { dialect } from './own-extra.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseRequest } from './parse-request.ts';
import { parseStream } from './parse-stream.ts';
import { renderAnswer } from './render-answer.ts';
import { renderRequest } from './render-request.ts';
import { renderStream } from './render-stream.ts';

/** OpenAI's Responses API (`POST /v1/responses`). */
export const openaiResponses: Codec = {
  dialect,
  parseRequest,
  renderRequest,
  parseAnswer,
  renderAnswer,
  parseStream,
  renderStream,
  parseError,
  renderError,
};
