import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAccounts, checkKeys, checkLedger } from '@vector-engine/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Confidential } from '../../protocol/confidential.ts';
import { sqlite } from './sqlite.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vector-ledger-'));
  path = join(folder, 'gateway.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const confidential = (text: string): Confidential => new Confidential(text);

describe('sqlite', () => {
  test('is a ledger, with accounts and keys, by all checks of them, also as another process has it', async () => {
    const [one, other] = [sqlite(path), sqlite(path)];
    const findings = [
      ...(await checkAccounts(one.accounts, { other: other.accounts })),
      ...(await checkKeys(one.keys, { other: other.keys })),
      ...(await checkLedger(one, { other, confidential })),
    ];
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(25);
    await Promise.all([one.close(), other.close()]);
  });
});
