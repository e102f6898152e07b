import OpenAI, { APIError } from 'openai';
import { type Account, plans } from './accounts.ts';

/** What a user has of a month, in dollars. */
export interface Left {
  readonly limit: number;
  readonly spent: number;
  readonly left: number;
  /** ISO time. */
  readonly resetsAt: string;
}

export type Told =
  | { readonly status: 200; readonly answer: string; readonly left: number }
  | { readonly status: number; readonly message: string };

/** Asks a model for a user, who pays: `send` is the gateway, which takes the request for that user's. */
export class Assistant {
  readonly #send: (request: Request, account: Account) => Promise<Response>;

  constructor(send: (request: Request, account: Account) => Promise<Response>) {
    this.#send = send;
  }

  async ask(account: Account, question: string, signal: AbortSignal): Promise<Told> {
    const client = new OpenAI({
      apiKey: 'unused',
      baseURL: 'http://gateway/v1',
      fetch: (url, init) => this.#send(new Request(url, init), account),
    });
    try {
      const messages = [{ role: 'user' as const, content: question }];
      const answer = await client.chat.completions.create({ model: 'gpt-5.2', messages }, { signal });
      const { left } = await this.budgetOf(account);
      return { status: 200, answer: answer.choices[0]?.message.content ?? '', left };
    } catch (error) {
      if (!(error instanceof APIError)) throw error;
      if (error.code !== 'insufficient_quota')
        return { status: 503, message: 'That did not work. Please try again.' };
      const { resetsAt } = await this.budgetOf(account);
      const cure = account.plan === 'free' ? ', or go pro: POST /plan { "plan": "pro" }' : '';
      const day = resetsAt.slice(0, 10);
      const message = `Your ${account.plan} plan’s $${plans[account.plan]} of this month are spent. Come back on ${day}${cure}.`;
      return { status: 402, message };
    }
  }

  async budgetOf(account: Account): Promise<Left> {
    const answer = await this.#send(new Request('http://gateway/v1/usage'), account);
    const { budgets } = JSON.parse(await answer.text());
    const { limit, spent, left, resetsAt } = budgets[0];
    return { limit, spent, left, resetsAt };
  }
}
