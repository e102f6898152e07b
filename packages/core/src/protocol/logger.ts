/** Structured log lines; a pino logger fits as it is, to which an `Error` is told as `err`. The gateway is silent unless one is given. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Makes a logger whose lines have these fields, too: for those about one request. Where it is left out, they stand in each line. */
  child?(fields: object): Logger;
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** A logger that throws is the operator's trouble, and no caller's. */
class GuardedLogger implements Logger {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  debug(fields: object, message: string): void {
    this.#tell('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.#tell('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#tell('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#tell('error', fields, message);
  }

  child(fields: object): Logger {
    return new GuardedLogger(childOf(this.#logger, fields));
  }

  #tell(level: (typeof levels)[number], fields: object, message: string): void {
    try {
      this.#logger[level](asTold(fields), message);
    } catch {
      // There is nobody left to tell.
    }
  }
}

/** pino, and others, write the stack and the cause of what is called `err`; of an error by another name they write nothing. */
function asTold(fields: object): object {
  if (!('error' in fields && fields.error instanceof Error)) return fields;
  const { error, ...rest } = fields;
  return { ...rest, err: error };
}

export function guardLogger(logger: Logger): Logger {
  return new GuardedLogger(logger);
}

/** The lines are told also where what has been called a child is none. */
function childOf(logger: Logger, fields: object): Logger {
  if (typeof logger.child !== 'function') return withFields(logger, fields);
  try {
    const child: Partial<Logger> | undefined = logger.child(fields);
    if (isLogger(child)) return child;
  } catch {
    // See above.
  }
  return withFields(logger, fields);
}

function isLogger(child: Partial<Logger> | undefined): child is Logger {
  return levels.every((level) => typeof child?.[level] === 'function');
}

function withFields(logger: Logger, fields: object): Logger {
  return {
    debug: (own, message) => logger.debug({ ...fields, ...own }, message),
    info: (own, message) => logger.info({ ...fields, ...own }, message),
    warn: (own, message) => logger.warn({ ...fields, ...own }, message),
    error: (own, message) => logger.error({ ...fields, ...own }, message),
  };
}

const ignore = (): void => {};

export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
