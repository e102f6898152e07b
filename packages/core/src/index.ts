export type { Clock } from './protocol/clock.ts';
