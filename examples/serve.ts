import { createServer } from 'node:http';
import { type Listener, originOf, type Upgrading } from './open-server.ts';

/** Who has to finish before the process may end. */
interface Served extends Upgrading {
  close(options?: { grace?: number }): Promise<void>;
}

/**
 * Listens on `PORT` (default 3000) of the loopback interface, or of `HOST`, and returns the origin. Ctrl-C and SIGTERM
 * let requests under way finish, then end the process; a second Ctrl-C ends it at once.
 */
export async function serve(
  listener: Listener,
  gateway: Served,
  upstreams: AsyncDisposable,
): Promise<string> {
  const server = createServer(listener);
  // WebSockets at /v1/realtime, below any mount.
  server.on('upgrade', gateway.upgrade);
  const host = process.env.HOST ?? '127.0.0.1';
  const port = readPort(process.env.PORT);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    console.error(explain(error, host, port));
    await gateway.close({ grace: 0 });
    await upstreams[Symbol.asyncDispose]();
    process.exit(1);
  }

  const stop = async (signal: string): Promise<void> => {
    console.log(`\n${signal}: finishing what is under way…`);
    const closed = new Promise((resolve) => server.close(resolve));
    await gateway.close({ grace: 10_000 });
    server.closeIdleConnections();
    await closed;
    await upstreams[Symbol.asyncDispose]();
    console.log('Closed.');
  };
  let stopping: Promise<void> | undefined;
  const onSignal = (signal: string): void => {
    if (stopping !== undefined) process.exit(1);
    stopping = stop(signal).catch((error) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  onOrphaned(() => onSignal('SIGTERM'));
  return originOf(server);
}

/** `npm start` has a shell in between, and a SIGTERM for npm ends that shell without a word to us. */
function onOrphaned(listener: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    listener();
  }, 200).unref();
}

function readPort(text = '3000'): number {
  const port = Number(text);
  const isPort = text !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (isPort) return port;
  console.error(`PORT is ${JSON.stringify(text)}; it must be a number from 0 to 65535.`);
  return process.exit(1);
}

function explain(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`;
  if (code === 'EACCES') return `Port ${port} needs privileges. Choose another: PORT=3000 npm start`;
  return `Could not listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`;
}
