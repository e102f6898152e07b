import { GatewayError, toGatewayError } from '../errors.ts';
import type { FileDesk } from '../files/file-desk.ts';
import type { Answer, HeaderMap } from '../protocol/answer.ts';
import type { Call, NativeRequest, TargetName } from '../protocol/call.ts';
import type { JobVariant } from '../protocol/job.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { Upstreams } from '../settings/options.ts';
import { parseFileURL } from '../upstreams/fetch-file.ts';
import { nativeCall, type UpstreamAsker } from './ask-upstream.ts';
import { jobOf, nativeOf } from './poll-job.ts';

export interface ContentParts {
  readonly files: FileDesk;
  readonly upstreams: Upstreams;
}

/** One of the files of a task. */
export interface WantedFile {
  readonly task: TaskRecord;
  readonly index: number;
  readonly variant: JobVariant;
  /** As the caller's `Range` says. */
  readonly range: unknown;
}

/** Sends a call to one target, on behalf of whoever wants the file. */
type Sender = (call: Call, target: TargetName) => Promise<Answer>;

/** Whatever it is, it is shown as what it is, and never run as a page of the host's. */
const safely: HeaderMap = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};

/**
 * A file that a task has made: from where it is kept, or streamed through from where the upstream has it, never held as a
 * whole.
 *
 * @throws GatewayError `VE_FILE_NOT_FOUND` where there is no such file, or not any more
 */
export async function answerContent(
  wanted: WantedFile,
  send: Sender,
  { files, upstreams }: ContentParts,
): Promise<Answer> {
  const { task, index, variant, range } = wanted;
  const result = task.results[index];
  if (variant === 'video' && result?.blob !== undefined) return files.answer(result.blob, range);
  const { format, handle, target } = await jobOf(task, upstreams);
  const content = format.content(handle, variant, index);
  if (content === undefined) throw new GatewayError('VE_FILE_NOT_FOUND', { id: task.id });
  const headers: HeaderMap = typeof range === 'string' ? { range } : {};
  const native =
    'call' in content ? { ...nativeOf(content.call), headers } : nativeAt(content.result.url, headers, task);
  const answer = await fetchContent(native, { task, target, send, upstreams });
  return { ...answer, headers: { ...answer.headers, ...safely } };
}

/** Bytes: a picture that only shows how far something has come is smaller. */
const largestPreview = 16_777_216;

/**
 * A picture of how far a task has come, from where its upstream shows it: what is a picture there, and nothing else.
 *
 * @throws GatewayError `VE_FILE_NOT_FOUND` where there is none, or not any more
 */
export async function answerPreview({ id, preview, target }: TaskRecord, files: FileDesk): Promise<Answer> {
  if (preview === undefined || target === undefined) throw new GatewayError('VE_FILE_NOT_FOUND', { id });
  const missing = (cause?: unknown): GatewayError => new GatewayError('VE_FILE_NOT_FOUND', { id }, { cause });
  const { type, body } = await files.fetch(preview, target.upstream).catch((cause: unknown) => {
    throw missing(cause);
  });
  const [kind = ''] = type.toLowerCase().split(';');
  if (!pictures.has(kind.trim()) || body.length > largestPreview) throw missing();
  const headers: HeaderMap = {
    'content-type': kind.trim(),
    'cache-control': 'private, max-age=5',
    ...safely,
  };
  return { kind: 'verbatim', status: 200, headers, body };
}

/** What browsers show as a picture and cannot run. */
const pictures: ReadonlySet<string> = new Set([
  'image/avif',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
]);

interface Fetching extends Pick<ContentParts, 'upstreams'> {
  readonly task: TaskRecord;
  readonly target: TargetName;
  readonly send: Sender;
}

async function fetchContent(request: NativeRequest, fetching: Fetching): Promise<Answer> {
  const { task, target, send, upstreams } = fetching;
  try {
    return await send(nativeCall(target.model, request, task.key), target);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    const { code, details, failure } = error;
    const moved = request.url === undefined ? ownRedirect(error, upstreams[target.upstream]) : undefined;
    if (moved !== undefined) return fetchContent({ ...request, ...moved }, fetching);
    if (details.upstreamStatus === 416) return outOfRange(failure?.answer?.headers);
    if (isGone(error)) throw new GatewayError('VE_FILE_NOT_FOUND', { id: task.id }, { cause: error });
    // Whoever has the address hears of it in our words only.
    throw new GatewayError(code, details, { cause: error });
  }
}

/** More is asked for than there is. */
function outOfRange({ 'content-range': range }: HeaderMap = {}): Answer {
  const headers: HeaderMap = range === undefined ? {} : { 'content-range': range };
  return { kind: 'verbatim', status: 416, headers, body: Buffer.alloc(0) };
}

function nativeAt(address: string | undefined, headers: HeaderMap, { id }: TaskRecord): NativeRequest {
  const url = address === undefined ? undefined : parseFileURL(address);
  if (url === undefined) throw new GatewayError('VE_FILE_NOT_FOUND', { id });
  return { method: 'GET', path: '', url, headers, body: undefined, type: undefined };
}

/** Google's files are handed on to another address of the same host, which wants the key as well. Nowhere else is gone to. */
function ownRedirect(
  { failure }: GatewayError,
  upstream: Upstreams[string] | undefined,
): Pick<NativeRequest, 'url'> | undefined {
  const { redirect } = failure ?? {};
  if (redirect === undefined || upstream === undefined) return undefined;
  if (!URL.canParse(redirect, upstream.origin)) return undefined;
  const url = new URL(redirect, upstream.origin);
  return url.origin === upstream.origin ? { url } : undefined;
}

/** How vendors say that a file is not kept any more: Google refuses it. */
const gone: ReadonlySet<number | undefined> = new Set([403, 404, 410]);

function isGone({ code, details }: GatewayError): boolean {
  const isRefused = code === 'VE_UPSTREAM_STATUS' || code === 'VE_UPSTREAM_KEY';
  return isRefused && gone.has(details.upstreamStatus);
}

/** A picture of a task, in Base64. */
export async function encodeContent(
  task: TaskRecord,
  index: number,
  { files, upstreams, asker }: ContentParts & { readonly asker: UpstreamAsker },
): Promise<string> {
  const wanted = { task, index, variant: 'video', range: undefined } as const;
  const { url } = task.results[index] ?? {};
  const { target } = task;
  if (url !== undefined && target !== undefined) {
    const { body } = await files.fetch(url, target.upstream);
    return body.toString('base64');
  }
  const answer = await answerContent(wanted, (call, at) => asker.send(call, at), { files, upstreams });
  if (!(answer.body instanceof Uint8Array)) throw new GatewayError('VE_FILE_NOT_FOUND', { id: task.id });
  return Buffer.from(answer.body).toString('base64');
}
