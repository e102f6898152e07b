import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** What a plan lets its users spend on models in a month, in dollars. */
export const plans = { free: 0.01, pro: 5 } as const;

export type Plan = keyof typeof plans;

/** Somebody who has signed up. */
export interface Account {
  /** One step of a path: small letters and digits. */
  readonly name: string;
  readonly plan: Plan;
  /** What the user was told, the latest last: in your app, mail. */
  readonly notices: readonly string[];
}

interface Kept extends Account {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const hashBytes = 32;
const nobody = hash('', Buffer.alloc(0));

/** The users of this app, in memory: your own tables go here. */
export class Accounts {
  readonly #byName = new Map<string, Kept>();

  signUp(name: string, password: string, plan: Plan = 'free'): void {
    if (!/^[a-z0-9]{1,40}$/.test(name)) throw new TypeError('a name has small letters and digits only');
    const salt = randomBytes(16);
    this.#byName.set(name, { name, plan, notices: [], salt, hash: hash(password, salt) });
  }

  /** Undefined for a wrong password, and for a name that nobody has: both take as long. */
  check(name: string, password: string): Account | undefined {
    const account = this.#byName.get(name);
    const given = hash(password, account?.salt ?? Buffer.alloc(0));
    return timingSafeEqual(given, account?.hash ?? nobody) ? account : undefined;
  }

  find(name: string | undefined): Account | undefined {
    return this.#byName.get(name ?? '');
  }

  changePlan(name: string, plan: Plan): void {
    this.#change(name, () => ({ plan }));
  }

  notify(name: string, text: string): void {
    this.#change(name, ({ notices }) => ({ notices: [...notices, text] }));
  }

  #change(name: string, change: (account: Account) => Partial<Account>): void {
    const account = this.#byName.get(name);
    if (account !== undefined) this.#byName.set(name, { ...account, ...change(account) });
  }
}

export function isPlan(value: unknown): value is Plan {
  return typeof value === 'string' && Object.hasOwn(plans, value);
}

function hash(password: string, salt: Buffer): Buffer {
  return scryptSync(password, salt, hashBytes);
}
