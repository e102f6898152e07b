import type { Store } from '../protocol/store.ts';
import type { Settings } from '../settings/settings.ts';
import { NativeOwners } from './native-owners.ts';
import type { NativeRoom } from './native-room.ts';

/** What is passed on without being read, and whose that is which callers make in this way. */
export function openNative(settings: Settings, store: Store | undefined): NativeRoom {
  const { doors, upstreams, publicUrl, timeouts, clock, isOpen } = settings;
  const owners = store && new NativeOwners(store, isOpen);
  return { doors, upstreams, owners, publicUrl, total: timeouts.total, clock };
}
