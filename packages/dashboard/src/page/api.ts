/** What the gateway refused, with its stable code: docs/errors.md. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** What of the request is at fault, where it says so. */
  readonly parameter: string | undefined;

  constructor(status: number, code: string, message: string, parameter?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.parameter = parameter;
  }
}

export type Params = Readonly<Record<string, string | number | boolean | undefined>>;

/** The address of something below the mount: `urlOf('admin/calls', { model })`. What is undefined or empty is left out. */
export function urlOf(path: string, params: Params = {}): string {
  const url = new URL(path, document.baseURI);
  url.hash = '';
  for (const [name, value] of Object.entries(params))
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  return url.href;
}

export interface GetOptions {
  readonly params?: Params;
  readonly signal?: AbortSignal;
}

/**
 * What the gateway says at this path. The page came from the same server: its shapes are taken at its word.
 * Rejects with `ApiError`, with a `TypeError` where the server is out of reach, and with the signal's reason.
 */
export async function get<T>(path: string, { params, signal }: GetOptions = {}): Promise<T> {
  const response = await fetch(urlOf(path, params), {
    headers: { accept: 'application/json' },
    signal: signal ?? null,
  });
  return read<T>(response);
}

export interface SendOptions {
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly params?: Params;
  readonly signal?: AbortSignal;
}

/** Changes something. Rejects as `get` does. */
export async function send<T>(path: string, options: SendOptions = {}): Promise<T> {
  const { method = 'POST', body, params, signal } = options;
  const response = await fetch(urlOf(path, params), {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  return read<T>(response);
}

async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw await errorOf(response);
  return response.json();
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  const { status } = response;
  try {
    const body: {
      readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly param?: unknown };
    } = JSON.parse(text);
    const { code, message, param } = body.error ?? {};
    return new ApiError(
      status,
      typeof code === 'string' ? code : '',
      typeof message === 'string' ? message : response.statusText,
      typeof param === 'string' ? param : undefined,
    );
  } catch {
    // Something between here and the gateway, in words of its own.
    return new ApiError(status, '', `${status} ${response.statusText}`.trim());
  }
}
