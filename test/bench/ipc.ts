import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { pinned } from './machine.ts';

/** What a child process answers to, by name. Arguments and results cross as JSON. */
export type Handlers = Record<string, (argument: never) => unknown>;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Waiting {
  // oxlint-disable-next-line typescript/no-explicit-any -- each call knows its own result's type
  readonly resolve: (result: any) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A child process and its handlers, as the runner sees them. */
export interface Child<Names extends Handlers> {
  readonly process: ChildProcess;
  call<Name extends keyof Names & string>(
    name: Name,
    ...argument: Parameters<Names[Name]>
  ): Promise<Awaited<ReturnType<Names[Name]>>>;
  /** What the process has written to its standard error, the beginning of it. */
  complaints(): string;
  close(): Promise<void>;
}

/** The child's side: answers the runner's questions until the runner goes away. */
export function serve(handlers: Handlers): void {
  process.on('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only startChild() writes into this channel
    const { id, name, argument } = message as Question;
    const handler = handlers[name];
    void Promise.resolve()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `Child.call` has checked it
      .then(() => handler?.(argument as never))
      .then((result) => send({ id, result }))
      .catch((error: unknown) =>
        send({ id, error: error instanceof Error ? String(error.stack) : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ id: 0 });
}

function send(reply: Reply): void {
  process.send?.(reply);
}

export interface ChildOptions {
  /** The process runs on this core only. */
  readonly core?: number;
  readonly nodeFlags?: readonly string[];
  readonly args?: readonly string[];
}

const COMPLAINTS_KEPT = 1_000;

/** Starts `file` as a process of its own and waits until it serves. */
export async function startChild<Names extends Handlers>(
  file: URL,
  options: ChildOptions = {},
): Promise<Child<Names>> {
  const [execPath, ...execArgv] = pinned(options.core, [process.execPath, ...(options.nodeFlags ?? [])]);
  const child = fork(file, options.args ?? [], {
    execPath,
    execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
  });
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (complaints.length < COMPLAINTS_KEPT) complaints += text;
  });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  const started = new Promise((resolve, reject) => waiting.set(0, { resolve, reject }));
  child.on('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only serve() writes into this channel
    const reply = message as Reply;
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error === undefined) asked?.resolve(reply.result);
    else asked?.reject(new Error(`${fileName(file)}: ${reply.error}`));
  });
  const failAll = (why: string): void => {
    for (const asked of waiting.values()) asked.reject(new Error(`${fileName(file)} ${why}`));
    waiting.clear();
  };
  child.on('exit', (code, signal) => failAll(`exited (${signal ?? code}) ${complaints}`));
  child.on('error', (error) => failAll(`did not start: ${error.message}`));
  await started;
  return {
    process: child,
    complaints: () => complaints,
    call: (name, ...argument) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        child.send({ id, name, argument: argument[0] } satisfies Question);
      }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function fileName(file: URL): string {
  return file.pathname.slice(file.pathname.lastIndexOf('/') + 1);
}
