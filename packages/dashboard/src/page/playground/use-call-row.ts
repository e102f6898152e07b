import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import type { CallEntry } from '../shapes.ts';

/** Milliseconds before each look: the books are written a little after the answer. */
const waits = [150, 400, 1000, 2500];

/** What the books say of a call that is over; `undefined` until they do, `null` where they never do. */
export function useCallRow(id: string | undefined, isOver: boolean): CallEntry | null | undefined {
  const [row, setRow] = useState<{ readonly id: string; readonly entry: CallEntry | null }>();
  useEffect(() => {
    if (id === undefined || !isOver) return undefined;
    const controller = new AbortController();
    let timer: number | undefined;
    const look = async (at: number): Promise<void> => {
      try {
        const entry = await get<CallEntry>(`admin/calls/${encodeURIComponent(id)}`, {
          signal: controller.signal,
        });
        setRow({ id, entry });
      } catch {
        if (controller.signal.aborted) return;
        if (at + 1 >= waits.length) setRow({ id, entry: null });
        else plan(at + 1);
      }
    };
    const plan = (at: number): void => {
      timer = window.setTimeout(() => void look(at), waits[at]);
    };
    plan(0);
    return () => {
      controller.abort();
      window.clearTimeout(timer);
    };
  }, [id, isOver]);
  return row?.id === id ? row?.entry : undefined;
}
