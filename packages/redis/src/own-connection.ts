import type { RedisClient, RedisConnection } from './redis-client.ts';

/** Milliseconds between two looks at whether the other side is still there. */
const heartbeat = 10_000;

export interface ConnectionParts {
  readonly channel: string;
  readonly onMessage: (message: string) => void;
  /** The channel is listened to, for the first time or again. */
  readonly onReady: (connection: RedisConnection) => Promise<void>;
  readonly onReach: (isReached: boolean, error?: unknown) => void;
}

/**
 * A connection beside the user's, which listens to a channel and takes commands, too (RESP 3 allows both). It comes back by
 * itself for as long as it is not closed, and never keeps the process alive.
 */
export class OwnConnection {
  readonly #client: RedisClient;
  readonly #parts: ConnectionParts;
  #connection: RedisConnection;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: RedisClient, parts: ConnectionParts) {
    this.#client = client;
    this.#parts = parts;
    this.#connection = this.#connect();
  }

  /** Undefined while there is none. */
  get ready(): RedisConnection | undefined {
    return this.#connection.isReady ? this.#connection : undefined;
  }

  close(): void {
    clearTimeout(this.#timer);
    destroy(this.#connection);
  }

  #connect(): RedisConnection {
    const { onReach } = this.#parts;
    const { socket } = this.#client.options ?? {};
    const connection = this.#client.duplicate({
      RESP: 3,
      // While there is no connection nothing is kept to be sent later.
      disableOfflineQueue: true,
      commandOptions: {},
      clientSideCache: undefined,
      emitInvalidate: false,
      pingInterval: undefined,
      // node-redis' own way to come back, which never gives up, whatever the user's does.
      socket: { ...socket, reconnectStrategy: undefined, socketTimeout: undefined },
    });
    connection.on('error', (error) => onReach(false, error));
    connection.on('ready', () => void this.#begin(connection));
    connection.unref();
    connection.connect().catch((error: unknown) => onReach(false, error));
    this.#watch(connection);
    return connection;
  }

  async #begin(connection: RedisConnection): Promise<void> {
    const { channel, onMessage, onReady, onReach } = this.#parts;
    try {
      await connection.subscribe(channel, onMessage);
      await onReady(connection);
      onReach(true);
    } catch (error) {
      onReach(false, error);
    }
  }

  /** A connection whose other side vanished without a word is replaced: TCP alone would wait for a quarter of an hour. */
  #watch(connection: RedisConnection): void {
    let isAnswered = true;
    const look = (): void => {
      if (!isAnswered) {
        destroy(connection);
        this.#parts.onReach(false, new Error(`Redis did not answer for ${heartbeat} milliseconds`));
        this.#connection = this.#connect();
        return;
      }
      if (connection.isReady) {
        isAnswered = false;
        const answered = (): void => {
          isAnswered = true;
        };
        connection.ping().then(answered, answered);
      }
      this.#timer = setTimeout(look, heartbeat).unref();
    };
    this.#timer = setTimeout(look, heartbeat).unref();
  }
}

/** Version 5 throws where it is closed already. */
function destroy(connection: RedisConnection): void {
  try {
    connection.destroy();
  } catch {
    // It is what was wanted.
  }
}
