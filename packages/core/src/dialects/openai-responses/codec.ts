import type { Codec } from '../../protocol/codec.ts';
import { parseError, renderError } from './convert-error.ts';
import { countTokens } from './count-tokens.ts';
import { joinItems, listItems, listReferences } from './join-items.ts';
import { joinTurns } from './join-turns.ts';
import { dialect } from './own-extra.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseRequest } from './parse-request.ts';
import { parseStream } from './parse-stream.ts';
import { renderAnswer } from './render-answer.ts';
import { renderRequest } from './render-request.ts';
import { renderStream } from './render-stream.ts';
import { type StoredForms, stored } from './stored.ts';

/** OpenAI's Responses API (`POST /v1/responses`). */
export const openaiResponses: Codec & { readonly stored: StoredForms } = {
  dialect,
  parseRequest,
  joinTurns,
  listReferences,
  listItems,
  joinItems,
  renderRequest,
  parseAnswer,
  renderAnswer,
  parseStream,
  renderStream,
  parseError,
  renderError,
  countTokens,
  stored,
};
