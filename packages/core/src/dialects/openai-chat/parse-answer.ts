import type { AnswerChoice, AnswerHead, ChatAnswer } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import {
  defined,
  indexOf,
  isList,
  isObject,
  objectOf,
  protocolError,
  restOf,
  wordOf,
} from '../shared/read.ts';
import { makeCallIds } from './call-ids.ts';
import { checkSaid } from './check-said.ts';
import { findChoiceError } from './convert-error.ts';
import { parseLogprobs, restOfLogprobs } from './convert-logprobs.ts';
import { findUsage } from './convert-usage.ts';
import { findErrorText } from './find-error-text.ts';
import { citeSources, findSources } from './find-sources.ts';
import { finishFields, parseFinish } from './map-finish-reason.ts';
import { extraOf } from './own-extra.ts';
import { readAssistant } from './read-assistant.ts';

/** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function parseAnswer(body: JsonObject): ChatAnswer {
  const { choices } = body;
  if (!isList(choices) || choices.length === 0) {
    const error = findErrorText(body);
    throw protocolError(
      error === undefined ? 'the answer has no choices' : `the answer is an error: ${error}`,
    );
  }
  const head = parseHead(body);
  const usage = findUsage(body);
  const indices = indicesOf(choices);
  const sources = findSources(body);
  return {
    ...head,
    choices: choices
      .map((choice, position) => parseChoice(choice, indices[position] ?? position, head.id ?? ''))
      .map((choice) => ({ ...choice, content: citeSources(choice.content, sources) }))
      .toSorted((a, b) => a.index - b.index),
    ...(usage === undefined ? {} : { usage }),
  };
}

/** Members that leave out the index, or repeat it, mean the place in the list. */
function indicesOf(choices: readonly Json[]): readonly number[] {
  const told = choices.map((choice) => indexOf(objectOf(choice)?.['index']));
  const isSound = told.every((index) => index !== undefined) && new Set(told).size === told.length;
  return told.map((index, position) => (isSound ? (index ?? position) : position));
}

/** Fields of an answer that are read, or that mean nothing once it is (padding against eavesdroppers). */
const known = [
  'id',
  'object',
  'created',
  'model',
  'service_tier',
  'choices',
  'usage',
  'x_groq',
  'obfuscation',
  'p',
  'error',
];

/** What an answer, and every event of a stream, says of the whole. Azure's first event has empty words. */
export function parseHead(body: JsonObject): AnswerHead {
  const created = indexOf(body['created']);
  const groq = restOf(objectOf(body['x_groq']) ?? {}, ['usage']);
  return defined({
    id: wordOf(body['id']),
    model: wordOf(body['model']),
    created: created === 0 ? undefined : created,
    serviceTier: wordOf(body['service_tier']),
    ...extraOf(defined({ ...restOf(body, known), x_groq: groq })),
  });
}

function parseChoice(value: Json, index: number, id: string): AnswerChoice {
  const choice = objectOf(value);
  const message = objectOf(choice?.['message']);
  if (choice === undefined || message === undefined) throw protocolError(`choice ${index} has no message`);
  const error = findChoiceError(choice);
  if (error !== undefined) throw protocolError(`choice ${index} is an error: ${error.message}`);
  checkSaid(message);
  const { content, rest } = readAssistant(message, { ids: makeCallIds(`${id}:${index}`), joins: true });
  const logprobs = parseLogprobs(choice['logprobs']);
  const finish = parseFinish(choice, {
    hasToolCalls: content.some((block) => block.type === 'tool-call'),
    hasRefusal: content.some((block) => block.type === 'refusal'),
  });
  return {
    index,
    content,
    finish,
    ...(logprobs.length === 0 ? {} : { logprobs }),
    ...extraOf(extraOfChoice(choice, rest)),
  };
}

const knownOfChoice = ['index', 'message', 'delta', 'logprobs', 'usage', 'error', ...finishFields];

/** `message`: the fields of the message; the others are the choice's own. */
export function extraOfChoice(choice: JsonObject, message: JsonObject | undefined): JsonObject {
  // A token's number, where vLLM does not tell the sequence.
  const stop =
    isObject(choice) && typeof choice['stop_reason'] === 'number' ? choice['stop_reason'] : undefined;
  return defined({
    ...restOf(choice, knownOfChoice),
    stop_reason: stop,
    logprobs: restOfLogprobs(choice['logprobs']),
    message,
  });
}
