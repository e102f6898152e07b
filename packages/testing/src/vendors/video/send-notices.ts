import type { SentNotice } from './simulated-jobs.ts';

interface Notice {
  readonly url: string;
  readonly jobId: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Requests of the provider to whoever wants to know how a job goes. None is repeated. */
export interface NoticeSender {
  readonly sent: readonly SentNotice[];
  send(notice: Notice): void;
  /** Settles when `count` were answered, or could not be delivered. */
  wait(count: number): Promise<readonly SentNotice[]>;
}

export function sendNotices(): NoticeSender {
  const sent: SentNotice[] = [];
  const waiting = new Set<() => void>();

  async function deliver({ url, jobId, body, headers }: Notice): Promise<void> {
    const status = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => undefined,
    );
    sent.push({ url, jobId, body, status });
    for (const look of waiting) look();
  }

  return {
    sent,
    send(notice) {
      void deliver(notice);
    },
    wait(count) {
      return new Promise((resolve) => {
        const look = (): void => {
          if (sent.length < count) return;
          waiting.delete(look);
          resolve(sent);
        };
        waiting.add(look);
        look();
      });
    },
  };
}
