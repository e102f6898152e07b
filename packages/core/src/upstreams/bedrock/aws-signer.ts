import type { Signer, UnsignedRequest } from '../upstream.ts';

/** Keys of AWS that are complete. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken: string | undefined;
}

let loading: Promise<typeof import('aws4fetch')> | undefined;

/** Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. */
export class AwsSigner implements Signer {
  readonly secrets: readonly string[];
  readonly keys: AwsKeys;
  readonly #region: string;
  /** What the secret key becomes for one day. */
  readonly #derived = new Map<string, ArrayBuffer>();

  constructor(keys: AwsKeys, region: string) {
    this.keys = keys;
    this.#region = region;
    this.secrets = Object.values(keys).filter((value) => value !== undefined);
  }

  async sign({ method, url, headers, body, now }: UnsignedRequest): Promise<Record<string, string>> {
    loading ??= import('aws4fetch');
    const { AwsV4Signer } = await loading;
    // Yesterday's goes, or a process that runs for years would keep them all.
    if (this.#derived.size > 1) this.#derived.clear();
    const { sessionToken, ...keys } = this.keys;
    const signer = new AwsV4Signer({
      ...keys,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      method,
      url,
      headers: pickSigned(headers),
      body,
      service: 'bedrock',
      region: this.#region,
      datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      cache: this.#derived,
      // The content type, too, which it would leave out.
      allHeaders: true,
    });
    const signed = await signer.sign();
    return Object.fromEntries([...signed.headers].filter(([name]) => !(name in headers)));
  }
}

/** What AWS wants signed. A proxy on the way may change other headers: tracing above all. */
function pickSigned(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-amz-')),
  );
}
