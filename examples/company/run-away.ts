import OpenAI, { APIError } from 'openai';

export interface Run {
  /** Calls that were answered. */
  readonly answered: number;
  /** What the last one was told. */
  readonly refusal: string;
}

/** A script with a mistake: it asks again and again, whatever it is answered, until it is refused. */
export async function runAway(baseURL: string, apiKey: string): Promise<Run> {
  const client = new OpenAI({ apiKey, baseURL });
  for (let answered = 0; ; answered++) {
    try {
      await client.chat.completions.create({
        model: 'assistant',
        messages: [{ role: 'user', content: 'Is it done?' }],
      });
    } catch (error) {
      if (!(error instanceof APIError) || error.status !== 429) throw error;
      return { answered, refusal: error.message };
    }
  }
}
