import type { Codec } from '../../protocol/codec.ts';
import { parseError, renderError } from './convert-error.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseRequest } from './parse-request.ts';
import { parseStream } from './parse-stream.ts';
import type { ChatQuirks } from './quirks.ts';
import { renderAnswer } from './render-answer.ts';
import { renderRequest } from './render-request.ts';
import { renderStream } from './render-stream.ts';

/** OpenAI's Chat Completions, and the family that speaks it. */
export const openaiChat: Codec & {
  /** `quirks`: what the member of the family refuses or spells otherwise. */
  readonly renderRequest: (
    request: Parameters<Codec['renderRequest']>[0],
    quirks?: ChatQuirks,
  ) => ReturnType<Codec['renderRequest']>;
} = {
  dialect: 'openai-chat',
  parseRequest,
  renderRequest,
  parseAnswer,
  renderAnswer,
  parseStream,
  renderStream,
  parseError,
  renderError,
};
