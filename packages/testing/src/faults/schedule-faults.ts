import type { RecordedRequest } from '../server/record-request.ts';
import type { Fault, RequestFault } from './fault.ts';

/** Decides per request. `index` counts the requests since `fail` was called, from 0. */
export type FaultChooser = (request: RecordedRequest, index: number) => RequestFault | undefined;

/** One slot: the latest `fail` replaces the one before it. */
export interface FaultSchedule {
  set(fault: Fault | FaultChooser, times: number): void;
  clear(): void;
  /** Takes the fault of this request, using it up. */
  takeForRequest(request: RecordedRequest): RequestFault | undefined;
  /** Whether this new connection is to be reset, using the fault up. */
  takeForConnection(): boolean;
}

export function scheduleFaults(): FaultSchedule {
  let current: Fault | FaultChooser | undefined;
  let remaining = 0;
  let index = 0;

  return {
    set(fault, times) {
      current = fault;
      remaining = times;
      index = 0;
    },
    clear() {
      current = undefined;
    },
    takeForRequest(request) {
      if (current === undefined || remaining <= 0) return undefined;
      if (typeof current === 'function') {
        remaining -= 1;
        index += 1;
        return current(request, index - 1);
      }
      if (current.type === 'refuse' || current.type === 'reset-on-connect') return undefined;
      remaining -= 1;
      return current;
    },
    takeForConnection() {
      if (typeof current !== 'object' || current.type !== 'reset-on-connect' || remaining <= 0) return false;
      remaining -= 1;
      return true;
    },
  };
}
