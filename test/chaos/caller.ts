import { Agent, type IncomingMessage, request } from 'node:http';
import { saidBy } from './wording.ts';

/** How a call went, as its caller sees it. `died`: a stream that had begun, and ended honestly with an error. */
export type Fate = 'answered' | 'died' | 'failed' | 'spliced';

export interface Outcome {
  readonly fate: Fate;
  readonly status: number;
  /** What it was told, where that was no answer. */
  readonly reason: string;
  readonly attempts: number;
  /** Milliseconds. */
  readonly took: number;
  /** Milliseconds of them that the upstream had the call, where one attempt answered it whole. */
  readonly served: number | undefined;
}

export interface Callers extends AsyncDisposable {
  ask(index: number, stream: boolean): Promise<Outcome>;
}

/** Callers with a connection each, which they keep. */
export function openCallers(port: number, count: number): Callers {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  return {
    ask: (index, stream) => ask({ port, agent, stream, question: `question ${index}` }),
    [Symbol.asyncDispose]: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

interface Question {
  readonly port: number;
  readonly agent: Agent;
  readonly stream: boolean;
  readonly question: string;
}

function ask({ port, agent, stream, question }: Question): Promise<Outcome> {
  const body = JSON.stringify({ model: 'chat', stream, messages: [{ role: 'user', content: question }] });
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const broken = (error: Error): void => {
      const took = performance.now() - startedAt;
      resolve({ fate: 'failed', status: 0, reason: error.message, attempts: 0, took, served: undefined });
    };
    const heard = (response: IncomingMessage): void => {
      const status = response.statusCode ?? 0;
      const attempts = Number(response.headers['x-vector-attempts'] ?? 0);
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', broken);
      response.on('end', () => {
        const took = performance.now() - startedAt;
        const isStream = stream && status === 200;
        const told = isStream ? judgeStream(text, question) : judgeWhole(status, text, question);
        resolve({ ...told, status, attempts, took, served: attempts === 1 ? told.served : undefined });
      });
    };
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    request({ port, agent, method: 'POST', path: '/v1/chat/completions', headers }, heard)
      .on('error', broken)
      .end(body);
  });
}

type Judgement = Pick<Outcome, 'fate' | 'reason' | 'served'>;

function judgeWhole(status: number, text: string, question: string): Judgement {
  if (status !== 200) return { fate: 'failed', reason: `${status} ${text.slice(0, 160)}`, served: undefined };
  const { choices, served_in: served } = JSON.parse(text) as {
    readonly choices: readonly { readonly message: { readonly content: string } }[];
    readonly served_in: number;
  };
  if (choices[0]?.message.content === saidBy(question)) return { fate: 'answered', reason: '', served };
  return { fate: 'spliced', reason: text, served };
}

interface StreamEvent {
  readonly error?: object;
  readonly choices?: readonly {
    readonly delta: { readonly content?: string };
    readonly finish_reason: string | null;
  }[];
}

function judgeStream(text: string, question: string): Judgement {
  const data = text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.slice('data: '.length));
  const isDone = data.at(-1) === '[DONE]';
  const events = (isDone ? data.slice(0, -1) : data).map((event) => JSON.parse(event) as StreamEvent);
  const said = events.map(({ choices }) => choices?.[0]?.delta.content ?? '').join('');
  const errors = events.filter(({ error }) => error !== undefined).length;
  const whole = saidBy(question);
  // An upstream that dies between the last word and "[DONE]" has said everything.
  const isFinished = isDone || events.at(-1)?.choices?.[0]?.finish_reason === 'stop';
  if (isFinished && errors === 0 && said === whole)
    return { fate: 'answered', reason: '', served: undefined };
  const isHonest = !isDone && errors === 1 && events.at(-1)?.error !== undefined && whole.startsWith(said);
  return isHonest
    ? { fate: 'died', reason: '', served: undefined }
    : { fate: 'spliced', reason: text, served: undefined };
}
