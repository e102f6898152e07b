import type { JobFile, JobState, JobView } from './job-view.ts';

const over: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled', 'expired', 'unknown']);

/** Whether there is nothing more to wait for. */
export function isOver(state: JobState): boolean {
  return over.has(state);
}

/** Why a job cannot be cancelled: the name of a word of the page; undefined where it can be. */
export function whyNoCancel(
  job: Pick<JobView, 'canCancel' | 'state'>,
): 'isOver' | 'isUnknown' | 'vendorCannot' | undefined {
  if (job.canCancel) return undefined;
  if (job.state === 'unknown') return 'isUnknown';
  return isOver(job.state) ? 'isOver' : 'vendorCannot';
}

/** How a file is shown. */
export function kindOf(
  { type, url }: JobFile,
  operation: JobView['operation'],
): 'image' | 'video' | 'audio' | 'other' {
  const said = (type ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  for (const kind of ['image', 'video', 'audio'] as const)
    if (said === kind || said.startsWith(`${kind}/`)) return kind;
  if (said !== '' && said !== 'application/octet-stream') return 'other';
  const ending = /\.(\w+)(?:[?#]|$)/.exec(url ?? '')?.[1]?.toLowerCase();
  if (['png', 'jpg', 'jpeg', 'webp', 'gif'].includes(ending ?? '')) return 'image';
  if (['mp4', 'webm', 'mov'].includes(ending ?? '')) return 'video';
  return operation === 'video' ? 'video' : 'image';
}

/**
 * A link that the page may load: the gateway's own, at the page's own host. Whatever else came is not shown: no vendor learns
 * who looks at what.
 */
export function ownLink(url: string | null | undefined, page: string): string | undefined {
  if (url === null || url === undefined || url === '' || !URL.canParse(url, page)) return undefined;
  const link = new URL(url, page);
  return link.origin === new URL(page).origin && /^https?:$/.test(link.protocol) ? link.href : undefined;
}

/** `upstream/model`. */
export function targetOf({ target }: Pick<JobView, 'target'>): string | undefined {
  if (target === null) return undefined;
  return typeof target === 'string' ? target : `${target.upstream}/${target.model}`;
}

/** Who asked, from the most that is known: a path, a tenant with its person, a key. */
export function whoOf({
  path,
  tenant,
  principal,
  key,
}: Pick<JobView, 'path' | 'tenant' | 'principal' | 'key'>): string | undefined {
  if (path !== null && path !== '') return path;
  const names = [tenant, principal].filter((name) => name !== null && name !== '');
  return names.length > 0 ? names.join('/') : (key ?? undefined);
}

/** Filters of the list, as the admin API wants them: what else the URL keeps is not told. */
export function jobFilters(
  query: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const { state, operation, model, cursor } = query;
  return { state, operation, model, cursor, limit: '25' };
}

export function isFiltered({
  state,
  operation,
  model,
}: Readonly<Record<string, string | undefined>>): boolean {
  return [state, operation, model].some((value) => value !== undefined && value !== '');
}

/** Milliseconds from its beginning to its end; undefined while it goes on. */
export function timeTaken({
  createdAt,
  completedAt,
}: Pick<JobView, 'createdAt' | 'completedAt'>): number | undefined {
  return completedAt === null ? undefined : new Date(completedAt).getTime() - new Date(createdAt).getTime();
}
