import { useEffect, useRef, useState } from 'preact/hooks';
import { urlOf } from './api.ts';
import type { LiveTick } from './shapes.ts';

export type LiveState = 'connecting' | 'live' | 'off';

/** Milliseconds until a connection that the server has ended for good is tried again. */
const patience = 5000;

/**
 * What happens at the gateway, as it happens: `onTicks` is given what came since the last frame was drawn. Nothing is asked
 * while `isOn` is false, or while nobody looks at the page.
 */
export function useLive(onTicks: (ticks: readonly LiveTick[]) => void, isOn = true): LiveState {
  const [state, setState] = useState<LiveState>(isOn ? 'connecting' : 'off');
  const latest = useRef(onTicks);
  latest.current = onTicks;
  useEffect(() => {
    if (!isOn) {
      setState('off');
      return undefined;
    }
    let source: EventSource | undefined;
    let timer: number | undefined;
    let frame: number | undefined;
    let waiting: LiveTick[] = [];
    const deliver = (): void => {
      frame = undefined;
      const ticks = waiting;
      waiting = [];
      latest.current(ticks);
    };
    const close = (): void => {
      source?.close();
      source = undefined;
      window.clearTimeout(timer);
    };
    const open = (): void => {
      close();
      if (document.hidden) return;
      setState('connecting');
      const opened = new EventSource(urlOf('admin/live'));
      source = opened;
      opened.addEventListener('open', () => setState('live'));
      opened.addEventListener('tick', ({ data }: MessageEvent<string>) => {
        const tick: LiveTick = JSON.parse(data);
        waiting.push(tick);
        frame ??= requestAnimationFrame(deliver);
      });
      opened.addEventListener('error', () => {
        setState('connecting');
        // Where the server has refused it, the browser does not try again by itself.
        if (opened.readyState === EventSource.CLOSED) timer = window.setTimeout(open, patience);
      });
    };
    open();
    document.addEventListener('visibilitychange', open);
    return () => {
      document.removeEventListener('visibilitychange', open);
      if (frame !== undefined) cancelAnimationFrame(frame);
      close();
    };
  }, [isOn]);
  return state;
}
