import type { Clock } from '@vector-engine/core';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { isJsonObject, readString } from '../../wire/read-json.ts';
import { countRequests, type RequestTurn } from '../count-requests.ts';
import { AnthropicObjects } from '../native/serve-anthropic-objects.ts';
import type { Vendor } from '../vendor.ts';
import type { VendorOptions } from '../vendor-options.ts';
import { createClaudeService } from './answer-request.ts';
import {
  type AnthropicProblem,
  invalid,
  isProblem,
  notFound,
  overloaded,
  problemOfStatus,
  renderProblem,
  unauthenticated,
} from './anthropic-errors.ts';
import { anthropicHeaders, requestIdOf } from './anthropic-headers.ts';
import { claudeModels } from './claude-facts.ts';
import { describeClaude, listClaudeModels } from './list-claude-models.ts';

/** Anthropic's own API. */
export function createAnthropicVendor(options: VendorOptions & { readonly clock?: Clock }): Vendor {
  const requests = countRequests(options.clock);
  const models = options.models ?? claudeModels;
  const objects = new AnthropicObjects(options);
  const claude = createClaudeService({ place: 'anthropic', models, script: options.answer });

  function refuse(problem: AnthropicProblem, turn: RequestTurn): PlannedAnswer {
    const isWorthRetrying = problem.status === 429 || problem.status >= 500;
    return jsonAnswer(problem.status, renderProblem(problem, requestIdOf(turn.seed, 'anthropic')), {
      headers: {
        ...anthropicHeaders(turn, requests.now()),
        'x-should-retry': String(isWorthRetrying),
        ...problem.headers,
      },
    });
  }

  function route(request: RecordedRequest, seed: string): PlannedAnswer | AnthropicProblem {
    const object = objects.answer(request, seed);
    if (object !== undefined) return object;
    const [path = '', query] = request.path.split('?');
    const operation = operations[path];
    if (operation !== undefined) {
      return request.method === 'POST' ? claude(request, { operation, seed }) : wrongMethod;
    }
    const model = /^\/v1\/models(?:\/(.+))?$/.exec(path);
    if (model === null) return notFound('Not Found');
    if (request.method !== 'GET') return wrongMethod;
    if (model[1] === undefined) {
      return jsonAnswer(200, listClaudeModels(models, new URLSearchParams(query)));
    }
    const name = decodeURIComponent(model[1]);
    return models.includes(name) ? jsonAnswer(200, describeClaude(name)) : notFound(`model: ${name}`);
  }

  return {
    basePath: '',
    answer(request) {
      const turn = requests.next();
      const outcome =
        checkKey(request, options.apiKeys) ?? checkVersion(request) ?? route(request, turn.seed);
      if (isProblem(outcome)) return refuse(outcome, turn);
      return { ...outcome, headers: { ...anthropicHeaders(turn, requests.now()), ...outcome.headers } };
    },
    refuse: (status, request) => refuse(problemOfStatus(status, nameModel(request)), requests.next()),
    writeStreamError: (_request, { body }) => writeClaudeError(body, requests.next().seed, 'anthropic'),
  };
}

/** An event of the name `error`; without words of the test's own it is an overload, the usual one in a stream. */
export function writeClaudeError(body: unknown, seed: string, place: 'anthropic' | 'vertex'): string {
  return `event: error\ndata: ${JSON.stringify(body ?? renderProblem(overloaded, requestIdOf(seed, place)))}\n\n`;
}

const operations: Readonly<Record<string, 'create' | 'count'>> = {
  '/v1/messages': 'create',
  '/v1/messages/count_tokens': 'count',
};

const wrongMethod: AnthropicProblem = { ...invalid('Method Not Allowed'), status: 405 };

/** A key comes as `x-api-key` or as a Bearer token. */
function checkKey(
  { headers }: RecordedRequest,
  accepted: readonly string[] | undefined,
): AnthropicProblem | undefined {
  if (accepted === undefined) return undefined;
  const token = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = readString(headers['x-api-key']);
  if (key === undefined && token === undefined) return unauthenticated('x-api-key header is required');
  if (accepted.includes(key ?? token ?? '')) return undefined;
  return unauthenticated(key === undefined ? 'Invalid bearer token' : 'invalid x-api-key');
}

const versions = ['2023-01-01', '2023-06-01', '2026-10-21'];

function checkVersion({ headers }: RecordedRequest): AnthropicProblem | undefined {
  const version = headers['anthropic-version'];
  if (version === undefined) return invalid('anthropic-version: header is required');
  return versions.includes(String(version))
    ? undefined
    : invalid(`anthropic-version: "${String(version)}" is not a valid version`);
}

function nameModel({ body }: RecordedRequest): string {
  return (isJsonObject(body) ? readString(body.model) : undefined) ?? 'default';
}
