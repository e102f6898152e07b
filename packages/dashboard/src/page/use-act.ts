import { useState } from 'preact/hooks';

export interface Act {
  readonly isBusy: boolean;
  /** Of the last try. */
  readonly error: unknown;
  /** Does it, once at a time. What it throws is `error`. */
  readonly run: (act: () => Promise<void>) => Promise<void>;
}

/** Something that a form or a dialog does: whether it is under way, and what went wrong. */
export function useAct(): Act {
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: undefined,
  });
  const run = async (act: () => Promise<void>): Promise<void> => {
    if (state.isBusy) return;
    setState({ isBusy: true, error: undefined });
    try {
      await act();
      setState({ isBusy: false, error: undefined });
    } catch (error) {
      setState({ isBusy: false, error });
    }
  };
  return { ...state, run };
}
