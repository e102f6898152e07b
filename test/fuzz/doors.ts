import * as fc from 'fast-check';
import type { Face } from './faces/faces.ts';
import { dialects } from './open-gateway.ts';
import { chatRequests, otherChatRequests } from './requests/chat.ts';
import { geminiCounts, geminiRequests } from './requests/gemini.ts';
import { messagesCounts, messagesRequests } from './requests/messages.ts';
import { responsesRequests } from './requests/responses.ts';
import { bodiesOf } from './requests/spoil-body.ts';

/** A question as it is sent. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly type: string | undefined;
  readonly body: Buffer | undefined;
}

/** Where questions of one kind go. */
export interface Door {
  readonly name: string;
  readonly face: Face['name'];
  readonly questions: fc.Arbitrary<Question>;
  /** How many of ten questions in the face's format go here. */
  readonly share: number;
}

const types = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8', undefined),
  },
  fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'json'),
);

type Bodies = Parameters<typeof bodiesOf>[0];

function posts(path: string | fc.Arbitrary<string>, valid: Bodies): fc.Arbitrary<Question> {
  const paths = typeof path === 'string' ? fc.constant(path) : path;
  return fc.record({ method: fc.constant('POST'), path: paths, type: types, body: bodiesOf(valid) });
}

const names = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...dialects) },
  fc.constantFrom('unknown', '..', '%2e%2e', 'a%2Fb', '%00', '%ff', '%', 'models/gemini'),
);
const queries = fc.constantFrom('', '', '?alt=sse', '?alt=json', '?key=k', '?', '?alt=sse&alt=x', '?%');

function modelPaths(...words: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(names, fc.constantFrom(...words), queries)
    .map(([name, word, query]) => `/v1beta/models/${name}:${word}${query}`);
}

/** In place of the id of an answer that the gateway keeps itself; `resp_a` is one that its upstream keeps. */
export const ownId = 'own-id';

const storedIds = fc.constantFrom(
  'resp_a',
  'resp_a',
  ownId,
  ownId,
  ownId,
  'unknown',
  '..',
  '%2e%2e',
  '%00',
  '%',
  'a%2Fb',
  'x'.repeat(5000),
);
const storedQueries = fc.constantFrom(
  '',
  '',
  '?stream=true',
  '?limit=2',
  '?limit=-1',
  '?limit=x',
  '?order=asc&after=i',
  '?%',
);
const actions = fc.constantFrom<readonly [Question['method'], string]>(
  ['GET', ''],
  ['GET', '/input_items'],
  ['POST', '/cancel'],
  ['DELETE', ''],
  ['POST', ''],
  ['GET', '/else'],
);

const storedQuestions: fc.Arbitrary<Question> = fc
  .tuple(actions, storedIds, storedQueries)
  .map(([[method, below], id, query]) => ({
    method,
    path: `/v1/responses/${id}${below}${query}`,
    type: method === 'POST' ? 'application/json' : undefined,
    body: undefined,
  }));

/** Every way to ask a model something, or about what it has answered. */
export const doors: readonly Door[] = [
  {
    name: '/v1/chat/completions',
    face: 'chat',
    share: 9,
    questions: posts('/v1/chat/completions', chatRequests),
  },
  {
    name: '/v1/completions and /v1/embeddings',
    face: 'chat',
    share: 1,
    questions: posts(fc.constantFrom('/v1/completions', '/v1/embeddings'), otherChatRequests),
  },
  {
    name: '/v1/responses',
    face: 'responses',
    share: 7,
    questions: posts('/v1/responses', responsesRequests),
  },
  {
    name: '/v1/responses/input_tokens',
    face: 'responses',
    share: 2,
    questions: posts('/v1/responses/input_tokens', responsesRequests),
  },
  { name: '/v1/responses/{id}', face: 'responses', share: 1, questions: storedQuestions },
  { name: '/v1/messages', face: 'messages', share: 8, questions: posts('/v1/messages', messagesRequests) },
  {
    name: '/v1/messages/count_tokens',
    face: 'messages',
    share: 2,
    questions: posts('/v1/messages/count_tokens', messagesCounts),
  },
  {
    name: ':generateContent and :streamGenerateContent',
    face: 'gemini',
    share: 8,
    questions: posts(modelPaths('generateContent', 'streamGenerateContent'), geminiRequests),
  },
  {
    name: ':countTokens',
    face: 'gemini',
    share: 2,
    questions: posts(modelPaths('countTokens'), geminiCounts),
  },
];
