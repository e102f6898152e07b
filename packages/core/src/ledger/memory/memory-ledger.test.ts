import { checkAccounts, checkKeys, checkLedger } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { Confidential } from '../../protocol/confidential.ts';
import { memoryLedger } from './memory-ledger.ts';

const confidential = (text: string): Confidential => new Confidential(text);

describe('memoryLedger', () => {
  test('is a ledger, with accounts and keys, by all checks of them', async () => {
    const ledger = memoryLedger();
    const findings = [
      ...(await checkAccounts(ledger.accounts)),
      ...(await checkKeys(ledger.keys)),
      ...(await checkLedger(ledger, { confidential })),
    ];
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(25);
  });
});
