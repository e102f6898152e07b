import { bedrockModels } from '../../catalog/bedrock-models.ts';
import { optionsError } from '../../errors.ts';
import type { Operation } from '../../protocol/call.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream, type UpstreamDefinition } from '../define-upstream.ts';
import { encodeSegment } from '../encode-segment.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';
import { type AwsCredentialSource, signerOf } from './read-credentials.ts';

/** What `bedrock` takes. */
export interface BedrockOptions<Model extends string = string> extends UpstreamOptions {
  /** Where the models run: `eu-central-1`. */
  readonly region: string;
  /**
   * A Bedrock API key, sent as Bearer: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html. Either this or
   * `credentials`.
   */
  readonly apiKey?: ApiKey | undefined;
  /**
   * Credentials of AWS, with which each request is signed (Signature Version 4); a function is asked before every attempt:
   * `fromNodeProviderChain()` of `@aws-sdk/credential-providers`, say.
   */
  readonly credentials?: AwsCredentialSource | undefined;
  /** In place of the region's usual address: a VPC endpoint, say. */
  readonly baseURL?: string;
  /** Models and inference profiles that callers can name. Default: the catalogued ones. */
  readonly models?: readonly Model[];
}

const optionNames = [...commonNames, 'apiKey', 'baseURL', 'credentials', 'models', 'region'];

/** Amazon Bedrock's Converse API: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. */
export function bedrock<const Model extends string>(
  options: BedrockOptions<Model> & { readonly models: readonly Model[] },
): Upstream<Model>;
export function bedrock(options: Omit<BedrockOptions, 'models'>): Upstream<(typeof bedrockModels)[number]>;
export function bedrock(options: BedrockOptions): Upstream {
  checkNames('bedrock', options, optionNames);
  const { region, baseURL, apiKey, credentials, ...rest } = options;
  if (typeof region !== 'string' || !/^[a-z0-9-]+$/.test(region))
    throw optionsError(
      `bedrock: region ${JSON.stringify(region)} is not a region; give one like "eu-central-1"`,
    );
  return defineUpstream({
    ...rest,
    ...proofOf({ region, apiKey, credentials }),
    vendor: 'bedrock',
    dialect: 'bedrock',
    models: options.models ?? bedrockModels,
    baseURL: baseURL ?? `https://bedrock-runtime.${region}.amazonaws.com`,
    path: (operation, model, { stream }) => {
      // A model may be an ARN, with colons and slashes in it.
      const [name, action] = [encodeSegment(model), actionOf(operation, stream)];
      return name === undefined || action === undefined ? undefined : `/model/${name}/${action}`;
    },
  });
}

function actionOf(operation: Operation, stream: boolean): string | undefined {
  if (operation === 'chat') return stream ? 'converse-stream' : 'converse';
  return operation === 'count-tokens' ? operation : undefined;
}

function proofOf({
  region,
  apiKey,
  credentials,
}: Pick<BedrockOptions, 'region' | 'apiKey' | 'credentials'>): Pick<UpstreamDefinition, 'apiKey' | 'signer'> {
  if (apiKey !== undefined && credentials !== undefined)
    throw optionsError('bedrock: give apiKey or credentials, not both');
  if (apiKey !== undefined) return { apiKey };
  if (credentials !== undefined) return { signer: signerOf(credentials, region) };
  throw optionsError(
    'bedrock: give apiKey, a key of Bedrock, or credentials, { accessKeyId, secretAccessKey } or a function that returns them; is the environment variable set?',
  );
}
