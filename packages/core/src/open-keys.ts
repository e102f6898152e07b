import { Access } from './access/access.ts';
import { guardKeys } from './access/guard-keys.ts';
import { KeyDesk } from './access/key-desk.ts';
import { KeyDigester } from './access/key-digest.ts';
import { KeyFinder } from './access/key-finder.ts';
import { type GatewayKeys, gatewayKeys, noKeys } from './admin/gateway-keys.ts';
import { wallTime } from './protocol/clock.ts';
import type { KeyStore } from './protocol/virtual-key.ts';
import type { Settings } from './settings/settings.ts';

/** Who may call, and the keys by which they may. `kept`: where keys are, unless the option `keys` says it. */
export function openKeys(
  { identify, keys, secret, clock, logger }: Settings,
  kept: KeyStore,
): { readonly access: Access; readonly api: GatewayKeys } {
  if (keys === undefined || secret === undefined)
    return { access: new Access({ identify, keys: undefined }), api: noKeys };
  const onFailure = (error: unknown): void => logger.error({ error }, 'the store of keys has failed');
  const store = guardKeys(keys.store ?? kept, { clock, onFailure });
  const parts = { store, digester: new KeyDigester(secret), clock };
  const finder = new KeyFinder(parts);
  const desk = new KeyDesk({ ...parts, finder });
  return { access: new Access({ identify, keys: finder }), api: gatewayKeys(desk, () => wallTime(clock)) };
}
