import { parseJson } from './dialects/shared/read.ts';
import { readAnswer, writeQuestion } from './guard/write-expansion.ts';
import { InnerExchange } from './http/inner-exchange.ts';
import type { Exchange } from './protocol/exchange.ts';
import type { Expansion, WishKind } from './protocol/expansion.ts';

export interface ExpandParts {
  /** What brought the wish. */
  readonly exchange: Exchange;
  /** Lets the gateway answer, as it answers the same caller. `isOwn`: any model may be asked. */
  readonly goOn: (inner: Exchange, isOwn: boolean) => void;
}

/**
 * A wish as a chat model describes it; undefined where that comes to nothing: then the wish goes on as it is. The call is one
 * like any other of the caller's, with its own attempts, events and cost.
 */
export async function expandPrompt(
  wish: string,
  kind: WishKind,
  { expansion, exchange, goOn }: ExpandParts & { readonly expansion: Expansion },
): Promise<string | undefined> {
  const question = Buffer.from(JSON.stringify(writeQuestion(wish, kind, expansion)));
  const inner = new InnerExchange(exchange, question, {
    path: '/v1/chat/completions',
    headers: { 'x-vector-timeout': `${Math.ceil(expansion.timeout)}ms` },
  });
  goOn(inner, true);
  try {
    return readAnswer(parseJson(Buffer.from(await inner.answer).toString('utf8')));
  } catch {
    // Its own events and log lines have told why.
    return undefined;
  }
}
