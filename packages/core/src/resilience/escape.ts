import type { Answer } from '../protocol/answer.ts';
import type { Layer } from '../protocol/layer.ts';

/** Around functions of the operator's own: one that never answers outlives neither the caller nor the deadline. */
export const withEscape: Layer = (next) => (call, context) =>
  new Promise<Answer>((resolve, reject) => {
    context.onAbort(reject);
    next(call, context).then(resolve, reject);
  });
