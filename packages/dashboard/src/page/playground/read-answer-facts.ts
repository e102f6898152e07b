/** What the headers of an answer tell of what the gateway did. */
export interface AnswerFacts {
  readonly requestId: string | undefined;
  readonly upstream: string | undefined;
  readonly model: string | undefined;
  readonly attempts: number | undefined;
  readonly cache: string | undefined;
  /** Dollars; undefined of a stream, whose end nobody knows when its head is written. */
  readonly cost: number | undefined;
  readonly dropped: readonly string[];
  readonly adjusted: readonly string[];
  readonly budgetWarning: string | undefined;
}

export function readAnswerFacts(headers: Pick<Headers, 'get'>): AnswerFacts {
  const text = (name: string): string | undefined => headers.get(name) ?? undefined;
  const number = (name: string): number | undefined => {
    const value = text(name);
    return value === undefined || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  const list = (name: string): readonly string[] =>
    (text(name) ?? '').split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
  return {
    requestId: text('x-request-id'),
    upstream: text('x-vector-upstream'),
    model: text('x-vector-model'),
    attempts: number('x-vector-attempts'),
    cache: text('x-vector-cache'),
    cost: number('x-vector-cost-usd'),
    dropped: list('x-vector-dropped'),
    adjusted: list('x-vector-adjusted'),
    budgetWarning: text('x-vector-budget-warning'),
  };
}
