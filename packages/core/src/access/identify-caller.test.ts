import { describe, expect, test, vi } from 'vitest';
import { identifyCaller } from './identify-caller.ts';

describe('identifyCaller', () => {
  test('asks with the request it is given, and copies tenant and id only', async () => {
    const request = { user: 7 };
    const row = { tenant: 'acme', id: 7, password: 'canary' };
    const identify = vi.fn<(request: unknown) => { tenant: string }>(() => row);
    const principal = await identifyCaller(identify, request);
    expect(identify).toHaveBeenCalledExactlyOnceWith(request);
    expect(principal).toEqual({ tenant: 'acme', id: '7' });
    expect(principal).not.toBe(row);
  });

  test('waits for a promise, and takes a principal that is only known to be somebody', async () => {
    expect(await identifyCaller(() => Promise.resolve({ id: 'u' }), {})).toEqual({ id: 'u' });
    expect(await identifyCaller(() => ({}), {})).toEqual({});
  });

  test.each([undefined, null, false] as const)('%s is a stranger', async (nothing) => {
    await expect(identifyCaller(() => nothing, {})).rejects.toMatchObject({ code: 'VE_UNAUTHENTICATED' });
    await expect(identifyCaller(() => Promise.resolve(nothing), {})).rejects.toMatchObject({
      code: 'VE_UNAUTHENTICATED',
    });
  });

  test('a function that throws or rejects fails closed, with its error as the cause', async () => {
    const cause = new Error('session store is down');
    const thrower = (): never => {
      throw cause;
    };
    await expect(identifyCaller(thrower, {})).rejects.toMatchObject({ code: 'VE_IDENTIFY_FAILED', cause });
    await expect(identifyCaller(() => Promise.reject(cause), {})).rejects.toMatchObject({
      code: 'VE_IDENTIFY_FAILED',
      cause,
    });
  });

  test.each([true, 'acme', 7, 0, ''])('%j is no principal, and nobody gets in by it', async (value) => {
    const identify = (): never => value as never;
    await expect(identifyCaller(identify, {})).rejects.toMatchObject({ code: 'VE_IDENTIFY_FAILED' });
  });
});
