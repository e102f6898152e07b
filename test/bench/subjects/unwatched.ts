/** Ours as it is by default: nobody measures, nobody looks. */
export { startWatching as start } from './watching.ts';
