import { createHash, createHmac } from 'node:crypto';

/** A request as a service of AWS receives it. */
export interface SignedRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

export interface Verdict {
  readonly isGenuine: boolean;
  /** `key id/day/region/service/aws4_request` */
  readonly credential: string;
  readonly signedHeaders: readonly string[];
}

/**
 * What a service of AWS does with a signature, written after its documentation and sharing nothing with the signer:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
 */
export function verifySignature(request: SignedRequest, secretAccessKey: string): Verdict {
  const { headers } = request;
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      String(headers['authorization']),
    ) ?? [];
  const signedHeaders = signed.split(';');
  const [, ...scope] = credential.split('/');
  const toSign = [
    'AWS4-HMAC-SHA256',
    String(headers['x-amz-date']),
    scope.join('/'),
    sha256(canonicalRequest(request, signedHeaders)),
  ].join('\n');
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  return { isGenuine: hmac(key, toSign).toString('hex') === signature, credential, signedHeaders };
}

function canonicalRequest({ method, path, headers, body }: SignedRequest, signed: readonly string[]): string {
  const [address = '', query = ''] = path.split('?');
  return [
    method,
    // Of all services only S3 does not encode what is encoded already.
    address.split('/').map(encode).join('/'),
    query,
    ...signed.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, ' ')}`),
    '',
    signed.join(';'),
    sha256(body),
  ].join('\n');
}

function encode(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
