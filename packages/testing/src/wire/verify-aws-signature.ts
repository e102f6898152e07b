import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it arrived, and who may have signed it. */
export interface SignedRequest {
  readonly method: string;
  /** The request target exactly as received, query included. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What is wrong with a signature: `incomplete`, of an `unknown-key`, too old (`expired`) or simply `wrong`. */
export type SignatureProblem = 'incomplete' | 'unknown-key' | 'expired' | 'wrong';

/** Milliseconds that a signature is good before and after its time. */
const patience = 5 * 60 * 1000;

/**
 * Checks Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
 * Undefined when all is well. `now`: milliseconds since the epoch.
 */
export function verifyAwsSignature(
  request: SignedRequest,
  credentials: AwsCredentials,
  now: number,
): SignatureProblem | undefined {
  const { authorization = '' } = request.headers;
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/[^/]+\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  const time = headerOf(request, 'x-amz-date');
  if (parts === null || !/^\d{8}T\d{6}Z$/.test(time)) return 'incomplete';
  const [, keyId, scope = '', signed = '', signature = ''] = parts;
  const names = signed.split(';');
  const mustBeSigned = Object.keys(request.headers).filter(
    (name) => name === 'host' || name.startsWith('x-amz-'),
  );
  if (mustBeSigned.some((name) => !names.includes(name)) || !scope.startsWith(time.slice(0, 8))) {
    return 'incomplete';
  }
  const token = headerOf(request, 'x-amz-security-token');
  if (keyId !== credentials.accessKeyId || token !== (credentials.sessionToken ?? '')) return 'unknown-key';
  if (Math.abs(parseTime(time) - now) > patience) return 'expired';
  const toSign = ['AWS4-HMAC-SHA256', time, scope, hash(canonicalise(request, names))].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex')) ? undefined : 'wrong';
}

function canonicalise(request: SignedRequest, names: readonly string[]): string {
  const [path = '/', query = ''] = request.path.split('?');
  return [
    request.method,
    path.split('/').map(encode).join('/'),
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
      .toSorted()
      .join('&'),
    ...names.map((name) => `${name}:${headerOf(request, name).trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    hash(request.rawBody),
  ].join('\n');
}

function headerOf({ headers }: SignedRequest, name: string): string {
  const value = headers[name] ?? '';
  return Array.isArray(value) ? value.join(',') : value;
}

/** Once more than it is encoded already, as every service but S3 wants it. */
function encode(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parseTime(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, content: string): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
