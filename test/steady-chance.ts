import { configureGlobal } from 'fast-check';

/** The same cases in every run: what the gate says is about the change. `CHANCE=7 npm test` tries others. */
configureGlobal({ seed: Number(process.env['CHANCE'] ?? 1) });
