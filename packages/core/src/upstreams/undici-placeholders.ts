const names = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((name) => Symbol.for(name));
const missing = names.filter((name) => !Object.hasOwn(globalThis, name));

// undici asks only whether something is there, and that it has a `dispatch`.
for (const name of missing) {
  Object.defineProperty(globalThis, name, {
    value: { dispatch: () => false },
    configurable: true,
    writable: true,
  });
}

/** Leaves the host's globals as they were before this module was loaded. */
export function removePlaceholders(): void {
  for (const name of missing) Reflect.deleteProperty(globalThis, name);
}
