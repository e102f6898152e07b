import type { Clock } from '@vector-engine/core';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { uuidOf } from '../../wire/hash-text.ts';
import { type AwsCredentials, verifyAwsSignature } from '../../wire/verify-aws-signature.ts';
import { countRequests } from '../count-requests.ts';
import type { Vendor } from '../vendor.ts';
import type { VendorOptions } from '../vendor-options.ts';
import { createConverseService } from './answer-request.ts';
import { type BedrockProblem, denied, invalid, isProblem, problemOfStatus } from './bedrock-errors.ts';
import { bareModel, bedrockModels } from './model-facts.ts';
import { writeException } from './render-converse-stream.ts';

export interface BedrockVendorOptions extends VendorOptions {
  /** Who may sign requests with Signature Version 4; signatures are then verified. Beside `apiKeys`, either will do. */
  readonly credentials?: AwsCredentials;
}

/** Amazon Bedrock's runtime, as far as Converse. */
export function createBedrockVendor(options: BedrockVendorOptions & { readonly clock?: Clock }): Vendor {
  const requests = countRequests(options.clock);
  const models = (options.models ?? bedrockModels).map(bareModel);
  const converse = createConverseService(options.answer);

  function route(request: RecordedRequest, seed: string): PlannedAnswer | BedrockProblem {
    const [path = ''] = request.path.split('?');
    const [, encoded, name] = /^\/model\/([^/]+)\/([a-z-]+)$/.exec(path) ?? [];
    const operation = operations.find((candidate) => candidate === name);
    if (encoded === undefined || operation === undefined || request.method !== 'POST') {
      return { exception: 'UnknownOperationException', status: 404, message: '' };
    }
    const model = decodeURIComponent(encoded);
    if (!models.includes(bareModel(model))) return invalid('The provided model identifier is invalid.');
    return converse(request, { operation, model, seed });
  }

  return {
    basePath: '',
    answer(request) {
      const { seed } = requests.next();
      const outcome = checkAccess(request, options, requests.now()) ?? route(request, seed);
      if (isProblem(outcome)) return refuse(outcome, seed);
      return { ...outcome, headers: { ...headersOf(seed), ...outcome.headers } };
    },
    refuse: (status) => refuse(problemOfStatus(status), requests.next().seed),
    writeStreamError: (_request, { body }) => writeException(body),
  };
}

function refuse({ exception, status, message }: BedrockProblem, seed: string): PlannedAnswer {
  const headers = {
    ...headersOf(seed),
    'x-amzn-errortype': `${exception}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
  };
  return jsonAnswer(status, { message }, { headers });
}

const operations = ['converse', 'converse-stream', 'count-tokens'] as const;

function headersOf(seed: string): Record<string, string> {
  return { 'x-amzn-requestid': uuidOf(seed) };
}

/** A key comes as a Bearer token; else the request is signed. */
function checkAccess(
  request: RecordedRequest,
  { apiKeys, credentials }: BedrockVendorOptions,
  now: number,
): BedrockProblem | undefined {
  if (apiKeys === undefined && credentials === undefined) return undefined;
  const { authorization } = request.headers;
  const key = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1];
  if (authorization === undefined) {
    return denied('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  if (key !== undefined || credentials === undefined) {
    return apiKeys?.includes(key ?? '') === true
      ? undefined
      : denied('AccessDeniedException', 'Authentication failed: Please make sure your API Key is valid.');
  }
  switch (verifyAwsSignature(request, credentials, now)) {
    case undefined:
      return undefined;
    case 'incomplete':
      return denied(
        'IncompleteSignatureException',
        'The request signature does not conform to AWS standards.',
      );
    case 'unknown-key':
      return denied('UnrecognizedClientException', 'The security token included in the request is invalid.');
    case 'expired':
      return denied(
        'InvalidSignatureException',
        'Signature expired: it is not within 5 minutes of the current time.',
      );
    default:
      return denied(
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      );
  }
}
