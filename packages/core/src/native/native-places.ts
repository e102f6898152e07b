import { GatewayError } from '../errors.ts';
import { isWrittenOneWay } from '../http/native-headers.ts';
import type { Dialect } from '../protocol/call.ts';
import type { NativeDoor } from '../settings/resolve-passthrough.ts';
import type { Upstream } from '../upstreams/upstream.ts';

/** How a vendor's lists are paged: by the id of the last one seen, or by a word of the vendor's own. */
export type Paging =
  | { readonly by: 'id'; readonly after: string; readonly before: string }
  | { readonly by: 'token'; readonly page: string; readonly next: string };

/** Things that callers make at an upstream, and find again there by their ids. */
export interface Collection {
  /** Below the base URL. */
  readonly path: string;
  /** What one is called. */
  readonly noun: string;
  readonly paging: Paging;
  /** Below an id, or at the collection itself (`''`), where forms are taken. */
  readonly forms?: string;
}

const byId: Paging = { by: 'id', after: 'after', before: 'before' };

/** https://platform.openai.com/docs/api-reference: `resources/*.d.ts` of openai. */
const ofOpenAI: readonly Collection[] = [
  { path: '/files', noun: 'File', paging: byId, forms: '' },
  { path: '/uploads', noun: 'Upload', paging: byId, forms: '/parts' },
  { path: '/batches', noun: 'Batch', paging: byId },
  { path: '/fine_tuning/jobs', noun: 'FineTuningJob', paging: byId },
  { path: '/vector_stores', noun: 'VectorStore', paging: byId },
];

/** https://platform.claude.com/docs/en/api: `resources/beta/files.d.ts` and `resources/messages/batches.d.ts` of @anthropic-ai/sdk. */
const ofAnthropic: readonly Collection[] = [
  { path: '/files', noun: 'File', paging: { by: 'token', page: 'page', next: 'next_page' }, forms: '' },
  {
    path: '/messages/batches',
    noun: 'Batch',
    paging: { by: 'id', after: 'after_id', before: 'before_id' },
  },
];

const collections: Readonly<Record<Dialect, readonly Collection[]>> = {
  'openai-chat': ofOpenAI,
  'openai-responses': ofOpenAI,
  'anthropic-messages': ofAnthropic,
  gemini: [],
  bedrock: [],
};

/** Where at its upstream a request points. */
export interface Place {
  /** Below the base URL, without the query; of a file that is sent to Google, the whole path. */
  readonly path: string;
  /** It is not below the base URL, but beside it. */
  readonly isBeside: boolean;
  /** What the request is about, for events: `files`. */
  readonly name: string;
  /** Undefined where nobody knows what is there. */
  readonly collection: Collection | undefined;
  /** Of something in the collection; undefined: it is about the collection itself. */
  readonly id: string | undefined;
  /** What stands behind the id: `/content`. */
  readonly rest: string;
}

/**
 * `path`: of the request, below the mount. A family's is OpenAI's; behind an upstream's name stands the path as the vendor has
 * it, `/v1` and all, and only what is below the upstream's base URL is reached.
 *
 * @throws GatewayError `VE_PATH_INVALID`, `VE_ROUTE_NOT_FOUND`
 */
export function findPlace(
  path: string,
  { path: prefix, isFamily, dialect }: NativeDoor,
  upstream: Upstream,
): Place {
  if (!isWrittenOneWay(path)) throw new GatewayError('VE_PATH_INVALID');
  if (isFamily) return placeAt(path.slice('/v1'.length), dialect);
  const asked = path.slice(prefix.length);
  const base = upstream.path('native', '') ?? '';
  if (asked.startsWith(`${base}/`)) return placeAt(asked.slice(base.length), dialect);
  // https://ai.google.dev/api/files#method:-media.upload
  const isUpload = dialect === 'gemini' && asked.startsWith(`/upload${base}/`);
  if (!isUpload) throw new GatewayError('VE_ROUTE_NOT_FOUND');
  return { ...placeAt(asked.slice('/upload'.length + base.length), dialect), path: asked, isBeside: true };
}

function placeAt(path: string, dialect: Dialect): Place {
  const [, name = ''] = path.split('/', 2);
  // Some servers do not care how a path is written.
  const asked = path.toLowerCase();
  const collection = collections[dialect].find(
    (one) => asked === one.path || asked.startsWith(`${one.path}/`),
  );
  const [, id, ...rest] = collection === undefined ? [] : path.slice(collection.path.length).split('/');
  return {
    path,
    isBeside: false,
    name,
    collection,
    id,
    rest: rest.map((segment) => `/${segment}`).join(''),
  };
}
