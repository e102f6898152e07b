import type { Codec } from '../../protocol/codec.ts';
import { parseError, renderError } from './convert-error.ts';
import { countTokens } from './count-tokens.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseRequest } from './parse-request.ts';
import { parseStream } from './parse-stream.ts';
import { renderAnswer } from './render-answer.ts';
import { renderRequest } from './render-request.ts';
import { renderStream } from './render-stream.ts';

/** Amazon Bedrock's Converse and ConverseStream. */
export const bedrock: Codec = {
  dialect: 'bedrock',
  parseRequest,
  renderRequest,
  parseAnswer,
  renderAnswer,
  parseStream,
  renderStream,
  parseError,
  renderError,
  countTokens,
};
