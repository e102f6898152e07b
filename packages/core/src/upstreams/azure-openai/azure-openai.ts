import { openaiQuirks } from '../../dialects/openai-chat/openai-quirks.ts';
import { optionsError } from '../../errors.ts';
import type { Operation } from '../../protocol/call.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream, openAIMedia } from '../define-upstream.ts';
import { encodeSegment } from '../encode-segment.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';

/** What `azureOpenAI` takes. */
export interface AzureOpenAIOptions extends UpstreamOptions {
  /** The resource's name: the first part of `https://{resource}.openai.azure.com`. */
  readonly resource?: string;
  /** In place of `resource`, for sovereign clouds and private endpoints: the endpoint without a path. */
  readonly endpoint?: string;
  /** Sent as `api-key`. Either this or `token`. */
  readonly apiKey?: ApiKey | undefined;
  /** A Microsoft Entra ID token, or a function that returns a fresh one; sent as Bearer. */
  readonly token?: ApiKey | undefined;
  /** Given: the deployments API of that version. Left out: the v1 API, which has no versions, and Responses beside chat. */
  readonly apiVersion?: string;
  /** Deployments that callers can name as models. */
  readonly deployments?: readonly string[];
}

const optionNames = [...commonNames, 'apiKey', 'apiVersion', 'deployments', 'endpoint', 'resource', 'token'];

const deploymentPaths: Readonly<Partial<Record<Operation, string>>> = {
  chat: 'chat/completions',
  completions: 'completions',
  embeddings: 'embeddings',
  images: 'images/generations',
  'image-edits': 'images/edits',
  speech: 'audio/speech',
  transcriptions: 'audio/transcriptions',
  translations: 'audio/translations',
};

/**
 * Azure OpenAI. The model of a target is the name of a deployment.
 * v1 API: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle, Responses among it:
 * https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses;
 * deployments API: https://learn.microsoft.com/azure/ai-foundry/openai/reference;
 * realtime of both: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/realtime-audio-websockets.
 */
export function azureOpenAI(options: AzureOpenAIOptions): Upstream {
  checkNames('azure-openai', options, optionNames);
  const { resource, endpoint, apiKey, token, apiVersion, deployments, ...rest } = options;
  return defineUpstream({
    ...rest,
    vendor: 'azure-openai',
    baseURL: `${readEndpoint(resource, endpoint)}/openai${apiVersion === undefined ? '/v1' : ''}`,
    ...readCredentials({ apiKey, token }),
    // Only the v1 API has OpenAI's own paths, the one of Responses among them.
    ...(apiVersion === undefined
      ? { alsoSpeaks: ['openai-responses'], realtime: true }
      : { path: deploymentPath(apiVersion) }),
    models: deployments ?? [],
    media: openAIMedia,
    quirks: openaiQuirks,
  });
}

function deploymentPath(apiVersion: string): (operation: Operation, model: string) => string | undefined {
  const query = `?api-version=${encodeURIComponent(apiVersion)}`;
  return (operation, model) => {
    if (operation === 'realtime') return `/realtime${query}&deployment=${encodeURIComponent(model)}`;
    const [name, path] = [encodeSegment(model), deploymentPaths[operation]];
    return name === undefined || path === undefined ? undefined : `/deployments/${name}/${path}${query}`;
  };
}

function readEndpoint(resource: string | undefined, endpoint: string | undefined): string {
  if ((resource === undefined) === (endpoint === undefined)) {
    throw optionsError(
      'azure-openai: give either resource ("acme-eu") or endpoint ("https://acme-eu.openai.azure.com")',
    );
  }
  if (endpoint !== undefined) {
    const address = endpoint.replace(/\/+$/, '');
    if (/\/openai(?:\/v1)?$/.test(address))
      throw optionsError(
        `azure-openai: endpoint ${JSON.stringify(endpoint)} goes too far; it ends before "/openai"`,
      );
    return address;
  }
  if (resource === undefined || !/^[a-z0-9][a-z0-9-]*$/i.test(resource)) {
    throw optionsError(
      `azure-openai: resource ${JSON.stringify(resource)} is not a resource name; for a whole address use endpoint`,
    );
  }
  return `https://${resource}.openai.azure.com`;
}

function readCredentials({ apiKey, token }: Pick<AzureOpenAIOptions, 'apiKey' | 'token'>): {
  apiKey: ApiKey | undefined;
  authorize?: (key: string) => readonly [string, string];
} {
  if (apiKey !== undefined && token !== undefined)
    throw optionsError('azure-openai: give apiKey or token, not both');
  return token === undefined ? { apiKey, authorize: (key) => ['api-key', key] } : { apiKey: token };
}
