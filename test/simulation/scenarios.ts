import { type Scenario, servers, usual } from './simulate.ts';
import { type Behaviour, well } from './simulated-target.ts';

const targets = 10;

/** Calls a second that keep so much of the work of so many targets busy. */
const rateFor = (load: number, of = targets): number => (load * of * servers * 1000) / usual;

/** The first ones behave like this, the others well. */
const beside = (behaviour: Behaviour, count = 1): Behaviour[] =>
  Array.from({ length: targets }, (_, index) => (index < count ? behaviour : well));

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const slow: Behaviour = (_, work) => ({ milliseconds: work * 10 });
const failsFast: Behaviour = () => ({ status: 500, milliseconds: 5 });
const down: Behaviour = () => ({ status: 503, milliseconds: 20 });
const limited: Behaviour = () => ({ status: 429, milliseconds: 5, retryAfter: 2 });
const flaps: Behaviour = (elapsed, work) =>
  elapsed % 7000 < 4000 ? well(elapsed, work) : failsFast(elapsed, work);

/** Between two moments, in seconds, like the one, otherwise like the other. */
const during = (from: number, to: number, then: Behaviour, otherwise: Behaviour = well): Behaviour => {
  return (elapsed, work) =>
    elapsed >= from * 1000 && elapsed < to * 1000 ? then(elapsed, work) : otherwise(elapsed, work);
};

/** Every second call or so, without a chance of its own. */
const sometimes = (share: number, then: Behaviour, otherwise: Behaviour): Behaviour => {
  let owed = 0;
  return (elapsed, work) => {
    owed += share;
    if (owed < 1) return otherwise(elapsed, work);
    owed--;
    return then(elapsed, work);
  };
};

const one = [0];

export function slowTarget(): Scenario {
  return {
    name: 'One is slow',
    story: 'one of ten takes ten times as long, at 70 % of what all ten can do',
    behaviours: beside(slow),
    troubled: one,
    rate: rateFor(0.7, targets - 0.9),
    seconds: 60,
  };
}

export function failingFast(hasBreaker = true): Scenario {
  return {
    name: hasBreaker ? 'One fails fast' : 'One fails fast, no breaker',
    story: `one of ten answers 500 within 5 ms${hasBreaker ? '' : '; nothing but the strategy avoids it'}`,
    behaviours: beside(failsFast),
    troubled: one,
    rate: rateFor(0.7, targets - 1),
    seconds: 60,
    ...(hasBreaker ? {} : { options: { breaker: { failureRate: 1, consecutiveFailures: 1_000_000 } } }),
  };
}

function flapping(): Scenario {
  return {
    name: 'One flaps',
    story: 'one of ten is up for 4 s and fails for 3 s, in turn',
    behaviours: beside(flaps),
    troubled: one,
    rate: rateFor(0.6),
    seconds: 60,
  };
}

function brownOut(): Scenario {
  const brown = sometimes(0.3, failsFast, (_, work) => ({ milliseconds: work * 5 }));
  return {
    name: 'A brown-out',
    story: 'from 20 s to 40 s, three of ten are five times as slow, and fail three calls of ten',
    behaviours: beside(during(20, 40, brown), 3),
    troubled: range(3),
    rate: rateFor(0.5),
    seconds: 60,
  };
}

function allDown(): Scenario {
  return {
    name: 'All are down',
    story: 'from 20 s to 30 s, every one answers 503',
    behaviours: beside(during(20, 30, down), targets),
    troubled: range(targets),
    rate: rateFor(0.3),
    seconds: 60,
    // The outage is short: it is looked for more often than usually.
    options: { breaker: { resetAfter: 2000 } },
  };
}

function regionLoss(): Scenario {
  return {
    name: 'A region is lost',
    story: 'from 20 s to 40 s, four of ten refuse connections',
    behaviours: beside(
      during(20, 40, () => 'refused'),
      4,
    ),
    troubled: range(4),
    rate: rateFor(0.4),
    seconds: 60,
  };
}

/** For 3 s of every 12, each a little later than the one before: about two or three at a time. */
const limitedInTurn = (index: number): Behaviour => {
  return (elapsed, work) =>
    (elapsed + index * 1200) % 12_000 < 3000 ? limited(elapsed, work) : well(elapsed, work);
};

function rateLimits(): Scenario {
  return {
    name: 'A storm of 429',
    story: 'each of ten is over its limit for 3 s of every 12 s, and asks for 2 s of rest',
    behaviours: range(targets).map(limitedInTurn),
    troubled: range(targets),
    rate: rateFor(0.5),
    seconds: 60,
  };
}

function limitsInAnOutage(): Scenario {
  const full = during(25, 27, limited, during(32, 34, limited));
  const lost = during(20, 40, () => 'refused');
  return {
    name: 'Limits in an outage',
    story:
      'from 20 s to 40 s, half of ten refuse connections, and twice the others are over their limits for 2 s',
    behaviours: range(targets).map((index) => (index < 5 ? lost : full)),
    troubled: range(targets),
    rate: rateFor(0.15),
    seconds: 60,
  };
}

function recovery(): Scenario {
  return {
    name: 'One recovers',
    story: 'one of ten is ten times as slow until 30 s, and then as fast as the others',
    behaviours: beside(during(0, 30, slow)),
    troubled: one,
    rate: rateFor(0.6),
    seconds: 90,
  };
}

export const allScenarios: readonly (() => Scenario)[] = [
  slowTarget,
  () => failingFast(),
  flapping,
  brownOut,
  allDown,
  regionLoss,
  rateLimits,
  limitsInAnOutage,
  recovery,
];
