import type { Clock } from '@vector-engine/core';
import { systemClock } from '../../clock/system-clock.ts';
import { jsonAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { countRequests } from '../count-requests.ts';
import type { Dialect } from '../dialect.ts';
import type { Talk, Vendor } from '../vendor.ts';
import type { VendorOptions } from '../vendor-options.ts';
import { beginSession } from './session.ts';

export interface RealtimeOptions extends VendorOptions {
  readonly clock?: Clock;
  /** The model that a request names; undefined where there is nothing at its address. */
  readonly locate: (path: string, query: URLSearchParams) => string | undefined;
}

/** The same vendor, with OpenAI's Realtime API over WebSockets beside the rest. */
export function withRealtime(vendor: Vendor, dialect: Dialect, options: RealtimeOptions): Vendor {
  const clock = options.clock ?? systemClock;
  const requests = countRequests(clock);
  const models = options.models ?? dialect.models;

  const modelOf = ({ path }: RecordedRequest): string | undefined => {
    const [place = '', query] = path.split('?');
    return options.locate(place, new URLSearchParams(query));
  };
  const isKnown = (request: RecordedRequest): boolean => {
    const key = dialect.readKey(request.headers) ?? keyAmong(offeredBy(request));
    return options.apiKeys === undefined || (key !== undefined && options.apiKeys.includes(key));
  };

  return {
    ...vendor,
    answer(request) {
      const model = modelOf(request);
      // What is no conversation is a request like any other.
      if (model === undefined || models.includes(model) || !isKnown(request)) return vendor.answer(request);
      const { status, body, headers } = dialect.wordError({
        type: 'model-unknown',
        model,
        operation: 'chat',
      });
      return jsonAnswer(status, body, { ...(headers === undefined ? {} : { headers }), indent: 2 });
    },
    talk(request): Talk | undefined {
      const model = modelOf(request);
      if (model === undefined || !models.includes(model) || !isKnown(request)) return undefined;
      const { seed } = requests.next();
      const created = Math.floor(clock.now() / 1000);
      const isOffered = offeredBy(request).includes('realtime');
      const parts = { request, script: options.answer, model, seed, created };
      return {
        headers: isOffered ? { 'sec-websocket-protocol': 'realtime' } : {},
        begin: (send) => beginSession(parts, send),
      };
    },
  };
}

function offeredBy({ headers }: RecordedRequest): readonly string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((entry) => entry.trim());
}

/** Browsers, which cannot set headers, offer it as a protocol. */
function keyAmong(protocols: readonly string[]): string | undefined {
  const start = 'openai-insecure-api-key.';
  return protocols.find((entry) => entry.startsWith(start))?.slice(start.length);
}
