import { describe, expect, test } from 'vitest';
import { openai } from '../upstreams/openai/openai.ts';
import { resolveSettings } from './resolve-settings.ts';

const upstreams = { openai: openai({ apiKey: 'k' }) };
const identify = () => ({ id: 'u' });
const secret = 'a secret of 32 characters or more';

/** The mistakes are ones that TypeScript would tell; JavaScript would not. */
const resolve = (options: object) =>
  resolveSettings({ upstreams, ...options } as unknown as Parameters<typeof resolveSettings>[0]);

describe('who may call', () => {
  test.each<[options: object, message: RegExp]>([
    [{}, /nothing says who may call: give identify, .* or keys: true for virtual keys, or say open: true/],
    [{ open: true, identify }, /identify and open: true contradict each other; remove one/],
    [{ open: true, keys: true, secret }, /keys and open: true contradict each other/],
    [{ open: true, admin: () => true }, /admin and open: true contradict each other/],
    [{ admin: () => true }, /nothing says who may call/],
    [{ keys: true }, /keys: they are kept as digests .* Give secret, 32 characters or more; openssl/],
    [{ keys: false, secret }, /keys: must be true, or \{ store \}/],
    [{ keys: { store: {} }, secret }, /keys: must be true, or \{ store \} with a store of keys/],
    [{ keys: { shop: 1 }, secret }, /there is no option "keys\.shop"/],
    [{ identify, admin: ['me'] }, /admin: must be a function/],
    [{ keys: true, secret: 'canary' }, /secret: must have at least 32 characters/],
  ])('%j is a mistake', (options, message) => {
    expect(() => resolve(options)).toThrow(message);
    expect(() => resolve(options)).not.toThrow(/canary/);
  });

  test('is told by what is given', () => {
    expect(resolve({ open: true })).toMatchObject({ isOpen: true, identify: undefined, tenantShare: 1 });
    expect(resolve({ identify })).toMatchObject({ isOpen: false, identify, tenantShare: 0.8 });
    const keyed = resolve({ keys: true, secret });
    expect(keyed).toMatchObject({ isOpen: false, keys: { store: undefined }, tenantShare: 0.8 });
    const store = { findDigest: identify, insert: identify, replace: identify };
    expect(resolve({ keys: { store }, secret, identify }).keys).toEqual({ store });
  });
});
