import { readCall } from './dialects/read-call.ts';
import { readFormCall } from './dialects/read-form-call.ts';
import { parseObject } from './dialects/shared/wire-events.ts';
import { GatewayError } from './errors.ts';
import { bodyKind } from './http/check-head.ts';
import { readCallHead } from './http/read-call-head.ts';
import type { ReceivedForm } from './http/read-form.ts';
import type { CallRoute } from './http/route-table.ts';
import type { Call } from './protocol/call.ts';
import type { Exchange } from './protocol/exchange.ts';
import type { MediaBody } from './protocol/media.ts';
import type { RequestScope } from './resilience/request-scope.ts';

/** What bodies may be. */
export interface BodyRules {
  /** Bytes. */
  readonly limit: number;
  /** Milliseconds that a body may take. */
  readonly timeout: number;
  readonly uploads: { readonly limit: number; readonly spool: boolean };
}

/** Of the request whose body is read. */
export interface ReadParts {
  /** What stood in the path for the model, still encoded. */
  readonly id: string | undefined;
  readonly scope: RequestScope;
  readonly body: BodyRules;
}

/** The body of a request, and its envelope. What is in the files of a form stays where it is until it is sent. */
export async function readRequest(exchange: Exchange, route: CallRoute, parts: ReadParts): Promise<Call> {
  const head = readCallHead(exchange, route, parts.id);
  if (route.takes?.includes('form') === true && bodyKind(exchange.headers) === 'form')
    return readFormCall(await receiveForm(exchange, parts), head);
  return readCall(await receiveBytes(exchange, parts), head);
}

/** A body that is a form or JSON, of a request that names no model. */
export async function readBodyOf(
  exchange: Exchange,
  parts: Pick<ReadParts, 'body' | 'scope'>,
): Promise<MediaBody> {
  if (bodyKind(exchange.headers) === 'form') return { form: await receiveForm(exchange, parts) };
  return { json: parseObject((await receiveBytes(exchange, parts)).toString('utf8')) };
}

/** A body as it came. */
export function receiveBytes(
  exchange: Exchange,
  { scope, body }: Pick<ReadParts, 'body' | 'scope'>,
): Promise<Buffer> {
  return scope.during(body.timeout, bodyTimeout, (onCancel) => exchange.readBody(body.limit, onCancel));
}

/** Bytes in a millisecond: a film takes its time, but not any time. */
const slowest = 128;

/** Its files are gone when the request is over, however it ends. */
async function receiveForm(
  exchange: Exchange,
  { scope, body: { uploads, timeout } }: Pick<ReadParts, 'body' | 'scope'>,
): Promise<ReceivedForm> {
  // Most gateways never see a form.
  const { readForm } = await import('./http/read-form.ts');
  const type = String(exchange.headers['content-type']);
  const size = Math.min(Number(exchange.headers['content-length'] ?? 0) || 0, uploads.limit);
  const form = await scope.during(timeout + size / slowest, bodyTimeout, (onCancel) =>
    readForm(exchange.readStream(uploads.limit, onCancel), { type, spool: uploads.spool }),
  );
  scope.atEnd(() => void form.dispose());
  return form;
}

const bodyTimeout = (): GatewayError => new GatewayError('VE_BODY_TIMEOUT');
