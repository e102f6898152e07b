import { optionsError } from '../errors.ts';
import type { BalanceOptions, BalanceShape, BalanceSource } from './balance.ts';
import { balanceShapes, currencyAt } from './balance-shapes.ts';
import { checkNames } from './check-options.ts';

/** Milliseconds: the usual mistake is to count in seconds. */
const shortest = 1000;
const usualEvery = 600_000;
const usualLow = 5;

const names = ['every', 'low', 'path', 'read', 'shape'];

/** The option, with what the vendor is known to answer where it does not say otherwise. */
export function withShape(
  balance: true | BalanceOptions | undefined,
  shape: BalanceShape | undefined,
): true | BalanceOptions | undefined {
  if (shape === undefined || balance === undefined) return balance;
  if (balance === true) return { shape };
  const isOwn = typeof balance !== 'object' || balance.path !== undefined || balance.read !== undefined;
  return isOwn || balance.shape !== undefined ? balance : { ...balance, shape };
}

/** Where the balance is asked for: the upstream's address. */
interface BalancePlace {
  readonly vendor: string;
  readonly origin: string;
  readonly path: string;
  /** Requests are signed: there is no key to ask with. */
  readonly isSigned: boolean;
}

/** @throws GatewayError `VE_OPTIONS_INVALID` */
export function checkBalance(
  balance: true | BalanceOptions | undefined,
  place: BalancePlace,
): BalanceSource | undefined {
  if (balance === undefined) return undefined;
  const { vendor } = place;
  if (balance === true) throw unknownShape(vendor);
  checkNames(`${vendor}: balance`, balance, names);
  if (place.isSigned)
    throw optionsError(`${vendor}: balance is read with an apiKey, and this upstream has none; leave it out`);
  const { every = usualEvery, low = usualLow } = balance;
  if (typeof every !== 'number' || !(every >= shortest) || every === Number.POSITIVE_INFINITY)
    throw optionsError(
      `${vendor}: balance.every is ${String(every)}; it must be a number of milliseconds, ${shortest} or more`,
    );
  if (typeof low !== 'number' || !Number.isFinite(low) || low < 0)
    throw optionsError(
      `${vendor}: balance.low is ${String(low)}; it must be an amount of money, not negative`,
    );
  return Object.freeze({ every, low, ...sourceOf(balance, place) });
}

function sourceOf(
  { shape, path, read }: BalanceOptions,
  { vendor, origin, path: base }: BalancePlace,
): Pick<BalanceSource, 'paths' | 'read'> {
  if (shape !== undefined)
    return shapeAt(shape, { vendor, origin, base, isOwn: path !== undefined || read !== undefined });
  if (path === undefined || read === undefined) throw unknownShape(vendor);
  // Below the base URL, and with nothing in it that a request line cannot carry.
  if (typeof path !== 'string' || !/^\/[\x21\x24-\x7e]*$/.test(path) || path.split(/[/?]/).includes('..'))
    throw optionsError(
      `${vendor}: balance.path must be an address below the base URL that begins with "/", like "/account"`,
    );
  if (typeof read !== 'function')
    throw optionsError(`${vendor}: balance.read must be a function from the answer to { left, currency }`);
  return {
    paths: () => [base + path],
    read: ([answer]) => (answer === undefined ? undefined : read(answer)),
  };
}

interface ShapePlace {
  readonly vendor: string;
  readonly origin: string;
  readonly base: string;
  readonly isOwn: boolean;
}

function shapeAt(
  shape: BalanceShape,
  { vendor, origin, base, isOwn }: ShapePlace,
): Pick<BalanceSource, 'paths' | 'read'> {
  if (!Object.hasOwn(balanceShapes, shape))
    throw optionsError(
      `${vendor}: balance.shape is ${shape}; it must be one of ${Object.keys(balanceShapes).join(', ')}`,
    );
  if (isOwn) throw optionsError(`${vendor}: balance: give shape, or path and read, not both`);
  const { paths, read } = balanceShapes[shape];
  const root = base.replace(/\/(?:v\d+|beta)$/, '');
  const currency = currencyAt(origin);
  return {
    paths: (now) => paths(now).map((path) => root + path),
    read: (answers) => read(answers, currency),
  };
}

function unknownShape(vendor: string): Error {
  return optionsError(
    `${vendor}: it is not known how this upstream tells a balance; give balance: { shape } with one of ${Object.keys(balanceShapes).join(', ')}, or balance: { path, read } with a function from its answer to { left, currency }`,
  );
}
