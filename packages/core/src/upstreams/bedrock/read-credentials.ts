import { optionsError } from '../../errors.ts';
import { type AwsKeys, AwsSigner } from './aws-signer.ts';

/** Keys of an IAM user or role: https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds-programmatic-access.html. */
export interface AwsCredentials {
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  /** Of temporary credentials; other than these have none. */
  readonly sessionToken?: string | undefined;
}

/** Fixed, or a function that is asked before every attempt, as those of `@aws-sdk/credential-providers` are. */
export type AwsCredentialSource = AwsCredentials | (() => AwsCredentials | Promise<AwsCredentials>);

/**
 * Signs with what the source says at the time of each attempt.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` where fixed credentials lack something.
 */
export function signerOf(
  credentials: AwsCredentialSource,
  region: string,
): () => AwsSigner | Promise<AwsSigner> {
  if (typeof credentials === 'function') return followCredentials(credentials, region);
  const mistake = mistakeIn(credentials);
  if (mistake !== undefined) throw optionsError(`bedrock: credentials${mistake}`);
  const signer = new AwsSigner(keysOf(credentials), region);
  return () => signer;
}

/** One signer for as long as the credentials stay the same: it remembers what it has derived of them. */
function followCredentials(
  ask: () => AwsCredentials | Promise<AwsCredentials>,
  region: string,
): () => Promise<AwsSigner> {
  let latest: AwsSigner | undefined;
  return async () => {
    const answer = await ask();
    const mistake = mistakeIn(answer);
    if (mistake !== undefined) throw new TypeError(`what the credentials function returned${mistake}`);
    const keys = keysOf(answer);
    if (latest === undefined || !isSame(latest.keys, keys)) latest = new AwsSigner(keys, region);
    return latest;
  };
}

function keysOf({ accessKeyId = '', secretAccessKey = '', sessionToken }: AwsCredentials): AwsKeys {
  return { accessKeyId, secretAccessKey, sessionToken };
}

function isSame(one: AwsKeys, other: AwsKeys): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}

/** What is wrong, never with the value in it. */
function mistakeIn(credentials: unknown): string | undefined {
  if (typeof credentials !== 'object' || credentials === null)
    return ' must be { accessKeyId, secretAccessKey, sessionToken? }, or a function that returns these';
  for (const name of ['accessKeyId', 'secretAccessKey', 'sessionToken']) {
    const value: unknown = Reflect.get(credentials, name);
    if (value === undefined && name === 'sessionToken') continue;
    if (value === undefined || value === '')
      return `.${name} is ${value === '' ? 'empty' : 'undefined'}; is the environment variable set?`;
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value))
      return `.${name} has a space, line break or other character that no key has; trim it`;
  }
  return undefined;
}
