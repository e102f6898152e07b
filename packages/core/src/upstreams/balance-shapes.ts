import { isObject, listOf, numberOf, objectOf, stringOf } from '../dialects/shared/read.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Balance, BalanceShape, BalanceSource } from './balance.ts';

type Shape = Pick<BalanceSource, 'paths'> & {
  /** `currency`: of accounts at this address, where the answer does not say it. */
  readonly read: (answers: readonly unknown[], currency: string) => Balance | undefined;
};

const day = 86_400_000;

/** The addresses stand below the vendor's, without the version that may be part of it. */
export const balanceShapes: Readonly<Record<BalanceShape, Shape>> = {
  // One API, New API and their kin: https://github.com/songquanpeng/one-api; the usage is in cents, and OpenAI allowed 100 days.
  billing: {
    paths: (now) => [
      '/v1/dashboard/billing/subscription',
      `/v1/dashboard/billing/usage?start_date=${dateOf(now - 99 * day)}&end_date=${dateOf(now + day)}`,
    ],
    read: ([subscription, usage]) => {
      const limit = amountIn(subscription, 'hard_limit_usd');
      const used = amountIn(usage, 'total_usage');
      if (limit === undefined || used === undefined) return undefined;
      return { left: limit - used / 100, currency: 'USD' };
    },
  },
  // https://api-docs.deepseek.com/api/get-user-balance
  deepseek: {
    paths: () => ['/user/balance'],
    read: ([answer]) => {
      const infos = listOf(objectOf(answer)?.['balance_infos']).filter(isObject);
      const most = infos.toSorted((one, other) => leftIn(other) - leftIn(one))[0];
      const left = most && amountIn(most, 'total_balance');
      if (left === undefined) return undefined;
      // It may be too little for a call.
      const isUsable = objectOf(answer)?.['is_available'] !== false;
      return { left: isUsable ? left : 0, currency: stringOf(most?.['currency']) };
    },
  },
  // https://platform.moonshot.ai/docs/api/balance: "When it is less than or equal to 0, the user cannot call the inference API".
  moonshot: {
    paths: () => ['/v1/users/me/balance'],
    read: ([answer], currency) => {
      const left = amountIn(objectOf(answer)?.['data'], 'available_balance');
      return left === undefined ? undefined : { left, currency };
    },
  },
  // https://openrouter.ai/docs/api-reference: a key may have a limit of its own; the account's credits are told to management keys.
  openrouter: {
    paths: () => ['/v1/key', '/v1/credits'],
    read: ([key, credits]) => {
      const account = objectOf(objectOf(credits)?.['data']);
      const bought = amountIn(account, 'total_credits');
      const used = amountIn(account, 'total_usage');
      const ofAccount = bought === undefined || used === undefined ? undefined : bought - used;
      const ofKey = amountIn(objectOf(key)?.['data'], 'limit_remaining');
      const known = [ofAccount, ofKey].filter((left) => left !== undefined);
      return known.length === 0 ? undefined : { left: Math.min(...known), currency: 'USD' };
    },
  },
  // https://docs.siliconflow.cn/en/api-reference/userinfo/get-user-info
  siliconflow: {
    paths: () => ['/v1/user/info'],
    read: ([answer], currency) => {
      const left = amountIn(objectOf(answer)?.['data'], 'totalBalance');
      return left === undefined ? undefined : { left, currency };
    },
  },
};

/** Vendors that have a house in China bill there in its currency, and elsewhere in dollars. */
export function currencyAt(origin: string): string {
  return new URL(origin).hostname.endsWith('.cn') ? 'CNY' : 'USD';
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function leftIn(info: JsonObject): number {
  return amountIn(info, 'total_balance') ?? Number.NEGATIVE_INFINITY;
}

/** Amounts come as numbers and as texts. */
function amountIn(value: unknown, name: string): number | undefined {
  const given = objectOf(value)?.[name];
  const amount = typeof given === 'string' && given.trim() !== '' ? Number(given) : numberOf(given);
  return amount === undefined || !Number.isFinite(amount) ? undefined : amount;
}
