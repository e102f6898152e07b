/** What zod shares between its copies, and puts on the host's `globalThis` for it. */
const missing = ['__zod_globalConfig', '__zod_globalRegistry'].filter(
  (name) => !Object.hasOwn(globalThis, name),
);

/** Leaves the host's globals as they were before this module was loaded; zod itself keeps hold of what it needs. */
export function removeZodGlobals(): void {
  for (const name of missing) Reflect.deleteProperty(globalThis, name);
}
