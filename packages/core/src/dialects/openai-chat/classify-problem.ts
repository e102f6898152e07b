import type { ProblemKind } from '../../protocol/chat-answer.ts';
import { kindOfStatus } from '../shared/kind-of-status.ts';
import { kindOfCode, kindOfResult } from './problem-codes.ts';

interface Problem {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly type: string | undefined;
  /** The number in MiniMax's `base_resp`. */
  readonly result?: number | undefined;
  readonly message: string;
}

const contextWords =
  /context[ _](length|window)|maximum context|max(imum)? (input|prompt|model) (length|tokens)|prompt (is too long|exceeds max)|input is too long|input length \d+ exceeds|too many (input )?tokens|reduce the length of|exceeds? the (model'?s? )?(maximum|max|available context)( number of)? (context|tokens|input tokens|length|size)|exceed(s|ed)? (model token limit|max message tokens)|token count .* exceeds|range of input length|tokens \+ `?max_new_tokens|less than max_seq_len/i;
const filterWords =
  /content management policy|content policy|responsible ?ai|(data|input|output) .{0,20}(may|might) contain (inappropriate|sensitive)|unsafe or sensitive content|flagged as potentially violating|new_sensitive/i;
const keyWords =
  /(incorrect|invalid|wrong) api[ _-]?key|api[ _-]?key (you provided )?(is )?(not (valid|found)|invalid|incorrect|expired)/i;
const modelWords =
  /\bmodel\b.{0,200}\b(does ?n[o']t exist|not (be )?found|is not available|not supported|end of life)|not found the model|not a valid model|no endpoints found for|unknown model|no such model|model not exist|not found for account/i;
const balanceWords =
  /insufficient (balance|credits)|balance is insufficient|account balance|requires more credits|any credits|available credits|spending limit/i;
const quotaWords = /usage limit/i;

/** What went wrong: by the code, then by the words where codes are vague, then by the status. */
export function classifyProblem({ status, code, type, result, message: whole }: Problem): ProblemKind {
  // What it is about stands at the start; a long one may quote the whole request.
  const message = whole.slice(0, 2000);
  const coded = kindOfCode(code) ?? kindOfCode(type) ?? kindOfResult(result);
  if (coded === 'quota' || coded === 'billing' || coded === 'overloaded') return coded;
  const isLimit = coded === 'rate-limit' || status === 429;
  if ((isLimit || status === 403 || status === 412) && balanceWords.test(message)) return 'billing';
  if ((isLimit || status === 403) && quotaWords.test(message)) return 'quota';
  // "Request too large for this model's tokens per minute" is a limit of rate.
  if (isLimit) return 'rate-limit';
  if (coded === 'not-found' && modelWords.test(message)) return 'model-not-found';
  if (coded !== undefined && coded !== 'invalid-request') return coded;
  return byWords(status, message) ?? coded ?? (status === undefined ? byType(type) : kindOfStatus(status));
}

function byWords(status: number | undefined, message: string): ProblemKind | undefined {
  const isCallers = status === undefined || (status >= 400 && status < 500) || status === 500;
  if (isCallers && contextWords.test(message)) return 'context-length';
  if (isCallers && filterWords.test(message)) return 'content-filter';
  // xAI and Google say with 400 what others say with 401.
  if ((status === 400 || status === 403) && keyWords.test(message)) return 'authentication';
  const mayBeModel = status === undefined || status === 400 || status === 404 || status === 410;
  return mayBeModel && modelWords.test(message) ? 'model-not-found' : undefined;
}

/** Inside of a stream there is no status. */
function byType(type: string | undefined): ProblemKind {
  return /^(invalid_request|bad_?request)/i.test(type ?? '') ? 'invalid-request' : 'server';
}
