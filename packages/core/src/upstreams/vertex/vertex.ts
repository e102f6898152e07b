import { vertexModels } from '../../catalog/vertex-models.ts';
import { optionsError } from '../../errors.ts';
import { embedsContent } from '../../media/embeddings/embeds-content.ts';
import type { Operation } from '../../protocol/call.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream } from '../define-upstream.ts';
import { encodeSegment } from '../encode-segment.ts';
import { googleAction, googleMedia } from '../gemini/google-media.ts';
import type { ApiKey, Sent, Upstream, UpstreamOptions } from '../upstream.ts';

/** What `vertex` takes. */
export interface VertexOptions extends UpstreamOptions {
  /** The project's id. */
  readonly project: string;
  /** Where the models run: a region like `europe-west4`, all regions of `us` or of `eu`, or `global`, which is the default. */
  readonly location?: string;
  /** An access token, or a function that returns a fresh one: google-auth-library's `getAccessToken`, say. */
  readonly token: ApiKey | undefined;
  /** In place of the location's usual address: up to and with the version. */
  readonly baseURL?: string;
}

const optionNames = [...commonNames, 'baseURL', 'location', 'project', 'token'];

/**
 * Models on Google's Vertex AI. Gemini: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference;
 * Anthropic's, by names that begin with `claude-`: https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai.
 */
export function vertex(options: VertexOptions): Upstream<(typeof vertexModels)[number]> {
  checkNames('vertex', options, optionNames);
  const { project, location = 'global', token, baseURL, ...rest } = options;
  for (const [name, value] of Object.entries({ project, location })) {
    if (typeof value !== 'string' || !/^[a-z0-9:.-]+$/i.test(value))
      throw optionsError(`vertex: ${name} ${JSON.stringify(value)} is not the name of one`);
  }
  if (token === undefined) throw optionsError('vertex: token is undefined; is the environment variable set?');
  const publishers = `/projects/${project}/locations/${location}/publishers`;
  return defineUpstream({
    ...rest,
    vendor: 'vertex',
    dialect: (model) => (isClaude(model) ? 'anthropic-messages' : 'gemini'),
    apiKey: token,
    baseURL: baseURL ?? `https://${hostOf(location)}/v1`,
    path: (operation, model, how) => {
      const name = encodeSegment(model);
      if (name === undefined) return undefined;
      const below = isClaude(model) ? claudePath(operation, name, how) : geminiPath(operation, name, how);
      return below === undefined ? undefined : publishers + below;
    },
    media: googleMedia('vertex'),
    jobs: (operation) => (operation === 'video' ? 'vertex' : undefined),
    // The address says Claude's model, and the body the version that Anthropic itself takes from a header.
    inPlaceOfModel: { chat: { name: 'anthropic_version', value: 'vertex-2023-10-16' } },
    models: vertexModels,
  });
}

/** `claude-opus-4-6`, `claude-sonnet-4-5@20250929`. */
function isClaude(model: string): boolean {
  return /^claude-/i.test(model);
}

/** https://cloud.google.com/vertex-ai/docs/general/googleapi-access-methods; multi-regions as in Google's and Anthropic's SDKs. */
function hostOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  return location === 'us' || location === 'eu'
    ? `aiplatform.${location}.rep.googleapis.com`
    : `${location}-aiplatform.googleapis.com`;
}

function geminiPath(operation: Operation, name: string, { stream }: Sent): string | undefined {
  const action = operation === 'embeddings' ? embeddingAction(name) : googleAction(operation, name, stream);
  return action === undefined ? undefined : `/google/models/${name}:${action}`;
}

/** As the format of media does it, which is loaded when it is needed. */
function embeddingAction(model: string): string {
  return embedsContent(model) ? 'embedContent' : 'predict';
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude; tokens are counted at one address for all models. */
function claudePath(operation: Operation, name: string, { stream }: Sent): string | undefined {
  if (operation === 'count-tokens') return '/anthropic/models/count-tokens:rawPredict';
  if (operation !== 'chat') return undefined;
  // The date stands behind an @, which may stand in a path as it is, and does in Google's own examples.
  const model = `/anthropic/models/${name.replaceAll('%40', '@')}`;
  return `${model}:${stream ? 'streamRawPredict' : 'rawPredict'}`;
}
