import { useEffect, useRef, useState } from 'preact/hooks';
import { urlOf } from '../api.ts';
import type { ChatWish } from './chat-wish.ts';
import { type ChatRun, runChat } from './run-chat.ts';

export interface Chat {
  /** Undefined before the first call. */
  readonly run: ChatRun | undefined;
  readonly isRunning: boolean;
  readonly start: (wish: ChatWish) => void;
  readonly stop: () => void;
}

/** One call at a time; it is drawn at most once a frame, however many words come. It ends when the page is left. */
export function useChat(): Chat {
  const [run, setRun] = useState<ChatRun>();
  const [isRunning, setRunning] = useState(false);
  const under = useRef<AbortController>(undefined);
  useEffect(() => () => under.current?.abort(), []);
  const start = (wish: ChatWish): void => {
    under.current?.abort();
    const controller = new AbortController();
    under.current = controller;
    let latest: ChatRun | undefined;
    let frame: number | undefined;
    const draw = (): void => {
      frame = undefined;
      if (under.current === controller) setRun(latest);
    };
    const tell = (next: ChatRun): void => {
      latest = next;
      frame ??= requestAnimationFrame(draw);
    };
    const end = async (running: Promise<ChatRun>): Promise<void> => {
      await running;
      // Frames stand still while nobody looks at the page.
      draw();
      if (under.current === controller) setRunning(false);
    };
    setRunning(true);
    const running = runChat(wish, {
      url: urlOf('v1/chat/completions'),
      signal: controller.signal,
      now: () => performance.now(),
      fetch: (url, init) => fetch(url, init),
      tell,
    });
    void end(running);
  };
  return { run, isRunning, start, stop: () => under.current?.abort() };
}
