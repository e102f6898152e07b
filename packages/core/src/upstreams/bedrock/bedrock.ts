import { optionsError } from '../../errors.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream } from '../define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';

export interface BedrockOptions<Model extends string = string> extends UpstreamOptions {
  /** Where the models run: `eu-central-1`. */
  readonly region: string;
  /** A Bedrock API key, sent as Bearer: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html. */
  readonly apiKey: ApiKey | undefined;
  /** In place of the region's usual address. */
  readonly baseURL?: string;
  /** Models and inference profiles that callers can name. */
  readonly models?: readonly Model[];
}

const optionNames = [...commonNames, 'apiKey', 'baseURL', 'models', 'region'];

/** Amazon Bedrock's Converse API: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. */
export function bedrock<const Model extends string = string>(
  options: BedrockOptions<Model>,
): Upstream<Model> {
  checkNames('bedrock', options, optionNames);
  const { region, baseURL, ...rest } = options;
  if (typeof region !== 'string' || !/^[a-z0-9-]+$/.test(region))
    throw optionsError(
      `bedrock: region ${JSON.stringify(region)} is not a region; give one like "eu-central-1"`,
    );
  return defineUpstream({
    ...rest,
    vendor: 'bedrock',
    dialect: 'bedrock',
    apiKey: options.apiKey,
    baseURL: baseURL ?? `https://bedrock-runtime.${region}.amazonaws.com`,
    path: (operation, model, { stream }) =>
      operation === 'chat'
        ? `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`
        : undefined,
  });
}
