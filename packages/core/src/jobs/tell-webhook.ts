import { createHmac } from 'node:crypto';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Logger } from '../protocol/logger.ts';
import type { TaskRecord } from '../protocol/task.ts';

export interface WebhookParts {
  /** As the operator wrote it. */
  readonly url: URL;
  /** `whsec_` and Base64, or any text. */
  readonly secret: string;
  readonly post: (
    url: URL,
    message: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
  ) => Promise<number>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Milliseconds before each further try. */
const pauses = [1000, 5000, 30_000, 120_000];

/**
 * Tells the operator's own server that a job is over, as OpenAI's webhooks do: https://platform.openai.com/docs/guides/webhooks,
 * signed by https://www.standardwebhooks.com. What is told twice has the same id.
 */
export class WebhookTeller {
  readonly #parts: WebhookParts;
  readonly #timers = new Set<unknown>();
  #isClosed = false;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
  }

  tell(task: TaskRecord): void {
    void this.#try(task, 0);
  }

  /** What has not been told by now is not told any more. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) this.#parts.clock.clearTimeout(timer);
  }

  async #try(task: TaskRecord, attempt: number): Promise<void> {
    const { url, post, logger } = this.#parts;
    try {
      const status = await post(url, this.#write(task));
      if (status >= 200 && status < 300) return;
      logger.warn({ task: task.id, status }, 'the webhook did not take the news of a job');
    } catch (error) {
      logger.warn({ task: task.id, error }, 'the webhook could not be told of a job');
    }
    const pause = pauses[attempt];
    if (pause !== undefined && !this.#isClosed) this.#later(pause, () => void this.#try(task, attempt + 1));
  }

  #later(milliseconds: number, run: () => void): void {
    const { clock } = this.#parts;
    const timer = clock.setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, milliseconds);
    this.#timers.add(timer);
  }

  #write({ id, operation, state, completedAt, createdAt }: TaskRecord): {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  } {
    const { secret, clock } = this.#parts;
    const name = `evt_${id}_${state}`;
    const kind = operation === 'video' ? 'video' : 'image';
    const body = Buffer.from(
      JSON.stringify({
        id: name,
        object: 'event',
        created_at: Math.floor((completedAt ?? createdAt) / 1000),
        type: `${kind}.${state === 'succeeded' ? 'completed' : 'failed'}`,
        data: { id },
      }),
    );
    const sent = String(Math.floor(wallTime(clock) / 1000));
    const signature = createHmac('sha256', keyOf(secret))
      .update(`${name}.${sent}.`)
      .update(body)
      .digest('base64');
    return {
      headers: { 'webhook-id': name, 'webhook-timestamp': sent, 'webhook-signature': `v1,${signature}` },
      body,
    };
  }
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
}
