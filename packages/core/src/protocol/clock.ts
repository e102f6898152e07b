/** Where the gateway takes its time from; inject another to test deadlines, back-off and breakers without sleeping. */
export interface Clock {
  /** Milliseconds since the epoch; never goes backwards. */
  now(): number;
  /** Runs `callback` once after `milliseconds`; the timer never keeps the process alive. Returns a handle for `clearTimeout`. */
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** Read once: the property is slow, and does not change. */
const { timeOrigin } = performance;

/** Node's own, whatever a test of the host's puts in their place later: a deadline that is lost there holds for nobody. */
const timers = { setTimeout, clearTimeout };
const elapsed = performance.now.bind(performance);

const { now } = Date;

/** Node runs timers that are longer (24.8 days) at once. */
const longest = 2_147_483_647;

export const systemClock: Clock = {
  now: () => timeOrigin + elapsed(),
  setTimeout: (callback, milliseconds) =>
    timers.setTimeout(callback, Math.min(milliseconds, longest)).unref(),
  // The handle is what setTimeout above returned.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  clearTimeout: (handle) => timers.clearTimeout(handle as NodeJS.Timeout),
};

/**
 * What the clocks of others show, for what they hold against theirs: milliseconds since the epoch. `systemClock` counts
 * from the start of the process, and misses the time that a machine sleeps.
 */
export function wallTime(clock: Clock): number {
  return clock === systemClock ? now() : clock.now();
}

/** What `Date` is ahead of `systemClock`: milliseconds. */
let ahead = 0;

/**
 * What the clocks of others showed at a `time` of this one. Of two times the later stays the later, which whole milliseconds
 * would not tell apart; `ahead` is looked for anew where somebody has set the machine's clock.
 */
export function wallTimeAt(clock: Clock, time: number): number {
  if (clock !== systemClock) return time;
  const found = difference();
  // A pause between the two looks makes it too small; a second one is not there by chance.
  if (Math.abs(found - ahead) > 2) ahead = Math.max(found, difference());
  return time + ahead;
}

function difference(): number {
  return now() - (timeOrigin + elapsed());
}
