import { stripTypeScriptTypes } from 'node:module';

/** TypeScript as the browser reads it: types become blanks, lines stay where they are. Only in the repository. */
export function stripTypes(source: string): string {
  const before = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  // Node says of every process that calls this that it may change; nobody here can do anything about it.
  process.emitWarning = (): void => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    if (before !== undefined) Object.defineProperty(process, 'emitWarning', before);
  }
}
