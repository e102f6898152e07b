import { uuidOf } from '../wire/hash-text.ts';
import { isJsonObject, readString } from '../wire/read-json.ts';
import type { Complaint, Dialect, WordedError } from './dialect.ts';
import { answerEmbeddings } from './media/answer-embeddings.ts';
import { openAIDialect } from './openai-dialect.ts';
import { wordOpenAIError } from './openai-errors.ts';

/** What the look-alikes have in common: OpenAI's format of 2023 without its later additions. */
export const compatibleBase: Dialect = {
  ...openAIDialect,
  name: 'compatible',
  hasResponses: false,
  media: { embeddings: answerEmbeddings },
  reasoningModels: /reason|think|r1/,
  stream: {
    ...openAIDialect.stream,
    nullUsage: false,
    obfuscation: false,
    firstDelta: () => ({ role: 'assistant', content: '' }),
  },
  nameAnswer: (model) => model,
  fingerprint: () => undefined,
  message: ({ refusal: _refusal, annotations: _annotations, ...message }) => message,
  usage: ({ prompt, completion, cached }) => ({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
  }),
  headers: ({ seed }) => ({ 'x-request-id': uuidOf(seed), server: 'cloudflare' }),
};

/** The fields of an error in OpenAI's sense. */
export interface ErrorFields {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/**
 * Words errors in a vendor's shape: in its own words where `special` has any, else in OpenAI's. Retry headers stay as
 * they are; pages of the proxy in front stay pages.
 */
export function wordInShape(
  shape: (fields: ErrorFields) => unknown,
  special: (complaint: Complaint) => Partial<ErrorFields> | undefined,
): (complaint: Complaint) => WordedError {
  return (complaint) => {
    const usual = wordOpenAIError(complaint);
    if (!isJsonObject(usual.body) || !isJsonObject(usual.body.error)) return usual;
    const { error } = usual.body;
    const fields: ErrorFields = {
      status: usual.status,
      message: readString(error.message) ?? '',
      type: readString(error.type) ?? 'invalid_request_error',
      param: readString(error.param) ?? null,
      code: readString(error.code) ?? null,
      ...special(asCause(complaint)),
    };
    const retry = usual.status === 429 ? { 'retry-after': '1' } : {};
    return { status: fields.status, body: shape(fields), headers: retry };
  };
}

/** A fault's 401 and 404 are worded as if the caller had caused them. */
function asCause(complaint: Complaint): Complaint {
  if (complaint.type !== 'status') return complaint;
  if (complaint.status === 401) return { type: 'key-wrong', key: 'sk-simulated-revoked-key' };
  if (complaint.status === 404) return { type: 'model-unknown', model: complaint.model, operation: 'chat' };
  return complaint;
}
