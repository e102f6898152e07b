import type { VNode } from 'preact';
import { type PageName, pageNames } from './router.ts';

export type PageView = () => VNode;

/** What is shown at each place. What is not looked at is not loaded before the rest is there. */
const loaders: Readonly<Record<PageName, () => Promise<PageView>>> = {
  overview: async () => (await import('./overview/overview-page.ts')).OverviewPage,
  calls: async () => (await import('./calls/calls-page.ts')).CallsPage,
  upstreams: async () => (await import('./upstreams/upstreams-page.ts')).UpstreamsPage,
  keys: async () => (await import('./keys/keys-page.ts')).KeysPage,
  jobs: async () => (await import('./jobs/jobs-page.ts')).JobsPage,
  playground: async () => (await import('./playground/playground-page.ts')).PlaygroundPage,
};

const loaded = new Map<PageName, PageView>();

/** Undefined while it is not loaded. */
export function pageAt(name: PageName): PageView | undefined {
  return loaded.get(name);
}

/** Rejects with a `TypeError` where the server is out of reach, or has another version of the page by now. */
export async function loadPage(name: PageName): Promise<void> {
  if (!loaded.has(name)) loaded.set(name, await loaders[name]());
}

/** The other pages, when there is nothing else to do: going there takes no time then. */
export function loadOthers(): void {
  window.setTimeout(() => {
    // What fails is loaded, and told of, when it is gone to.
    for (const name of pageNames) loadPage(name).catch(() => {});
  }, 1500);
}
