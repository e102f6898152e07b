import { answerJson } from '../http/local-answers.ts';
import type { Route } from '../http/route-table.ts';
import type { Answer } from '../protocol/answer.ts';

type Document = ReturnType<typeof import('./make-document.ts').makeDocument>;

/** Made once for a gateway, or a door of it: it takes dozens of milliseconds. */
const made = new WeakMap<readonly Route[], Document>();

/** What there is at these addresses, in words of OpenAPI 3.1. `base`: where the caller has reached the gateway. */
export async function answerDocument(routes: readonly Route[], base: string): Promise<Answer> {
  // Most hosts never ask.
  const { makeDocument } = await import('./make-document.ts');
  let document = made.get(routes);
  if (document === undefined) {
    document = makeDocument(routes);
    made.set(routes, document);
  }
  const { openapi, info, ...rest } = document;
  return answerJson({ openapi, info, servers: [{ url: base }], ...rest });
}
