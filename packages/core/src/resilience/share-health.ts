import { randomUUID } from 'node:crypto';
import type { Clock } from '../protocol/clock.ts';
import type { SharedEvent } from '../protocol/events.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Notice, OpeningNotice, RestNotice, SharedState } from '../protocol/shared-state.ts';

type Finding = Omit<OpeningNotice, 'from'> | Omit<RestNotice, 'from'>;

/** Milliseconds: what another process says holds no longer than this, whatever it says. */
const longest = 3_600_000;
/** What is told again must reach further than what is known by this share of its time: calls that fail together tell once. */
const worthTelling = 0.25;
/** Findings that are remembered before those that are over are thrown out. */
const manyFindings = 1000;

interface SharedHealthPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onReach: (event: SharedEvent) => void;
}

/** One gateway's part in what processes tell each other about targets. Never throws, and never waits. */
export class SharedHealth {
  readonly #shared: SharedState;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onReach: (event: SharedEvent) => void;
  readonly #self: string = randomUUID();
  /** Until when each finding is known to the others. */
  readonly #known = new Map<string, number>();
  #leave: (() => void) | undefined;
  #isReached = true;

  constructor(shared: SharedState, { clock, logger, onReach }: SharedHealthPorts) {
    this.#shared = shared;
    this.#clock = clock;
    this.#logger = logger;
    this.#onReach = onReach;
  }

  /** Begins to hear; `hear` is given only what this process has not told itself. */
  listen(hear: (notice: Notice) => void): void {
    const listener = (notice: unknown): void => {
      if (!isNotice(notice) || notice.from === this.#self) return;
      const heard = { ...notice, for: Math.min(notice.for, longest) };
      this.#isNews(heard);
      this.#guard(() => hear(heard));
    };
    this.#guard(() => {
      this.#leave = this.#shared.listen(listener, (isReached, error) => this.#reach(isReached, error));
    });
  }

  tell(finding: Finding): void {
    if (!this.#isNews(finding)) return;
    this.#guard(() => this.#shared.tell({ ...finding, from: this.#self }));
  }

  close(): void {
    this.#guard(() => this.#leave?.());
    this.#leave = undefined;
  }

  /** Remembers it, whoever found it: what has been heard is not told again. */
  #isNews(finding: Finding): boolean {
    const now = this.#clock.now();
    const until = now + finding.for;
    const name = nameOf(finding);
    const known = this.#known.get(name) ?? 0;
    if (until - Math.max(known, now) < finding.for * worthTelling) return false;
    if (this.#known.size >= manyFindings) this.#forget(now);
    this.#known.set(name, until);
    return true;
  }

  #forget(now: number): void {
    for (const [name, until] of this.#known) if (until <= now) this.#known.delete(name);
    if (this.#known.size >= manyFindings) this.#known.clear();
  }

  #reach(isReached: boolean, error: unknown): void {
    if (isReached === this.#isReached) return;
    this.#isReached = isReached;
    if (isReached) {
      this.#logger.info({}, 'the shared state is within reach again');
      this.#onReach({ state: 'well' });
      return;
    }
    this.#logger.warn({ error }, 'the shared state is out of reach; this process goes on by itself');
    this.#onReach({ state: 'failing', reason: error instanceof Error ? error.message : String(error) });
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#logger.error({ error }, 'the shared state threw');
    }
  }
}

function nameOf(finding: Finding): string {
  const { type, upstream, model } = finding;
  return JSON.stringify([type, upstream, model, finding.type === 'key-rest' ? finding.key : '']);
}

/** What comes from outside of the process may have been told by another version, or by anybody. */
function isNotice(value: unknown): value is Notice {
  if (typeof value !== 'object' || value === null) return false;
  const notice: Partial<Record<string, unknown>> = { ...value };
  const { type, from, upstream, model, for: time } = notice;
  if (typeof from !== 'string' || typeof upstream !== 'string' || typeof model !== 'string') return false;
  if (typeof time !== 'number' || !(time > 0)) return false;
  if (type === 'breaker-opening') return notice['after'] === 'failures' || notice['after'] === 'probe';
  const { key, problem } = notice;
  return type === 'key-rest' && typeof key === 'string' && (problem === 'refused' || problem === 'limited');
}
