import type { MediaOperation, Operation } from './dialect.ts';

/** Where a request points. */
export interface Place {
  readonly operation: Operation;
  /** Named by the path, where the path names one. */
  readonly model?: string;
  /** Of a stored response, where the path names one. */
  readonly id?: string;
}

/** Reads the path (without query); undefined when the vendor has nothing there. */
export type Locate = (path: string, query: URLSearchParams) => Place | undefined;

export function locateUnder(basePaths: readonly string[], path: string): Place | undefined {
  for (const base of basePaths) {
    if (path.startsWith(`${base}/`)) {
      const place = locateOperation(path.slice(base.length));
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

const media: Readonly<Record<string, MediaOperation>> = {
  '/embeddings': 'embeddings',
  '/rerank': 'rerank',
  '/moderations': 'moderations',
  '/images/generations': 'images',
  '/images/edits': 'image-edits',
  '/images/variations': 'image-variations',
  '/audio/speech': 'speech',
  '/audio/transcriptions': 'transcriptions',
  '/audio/translations': 'translations',
};

const fixed: Readonly<Record<string, Operation>> = {
  ...media,
  '/chat/completions': 'chat',
  '/completions': 'completions',
  '/models': 'models',
  '/responses': 'responses',
  '/responses/input_tokens': 'input-tokens',
};

const below: Readonly<Record<string, Operation>> = {
  '': 'response',
  '/input_items': 'response-items',
  '/cancel': 'response-cancel',
};

/** The part of a path after the base, such as `/chat/completions`. */
export function locateOperation(path: string): Place | undefined {
  const operation = fixed[path];
  if (operation !== undefined) return { operation };
  const [, id, rest = ''] = /^\/responses\/([^/]+)(\/.+)?$/.exec(path) ?? [];
  const onResponse = below[rest];
  if (id !== undefined && onResponse !== undefined)
    return { operation: onResponse, id: decodeURIComponent(id) };
  const model = /^\/models\/(.+)$/.exec(path)?.[1];
  return model === undefined ? undefined : { operation: 'model', model: decodeURIComponent(model) };
}

const methods: Readonly<Partial<Record<Operation, readonly string[]>>> = {
  models: ['GET'],
  model: ['GET'],
  response: ['GET', 'DELETE'],
  'response-items': ['GET'],
};

export function takesMethod({ operation }: Place, method: string): boolean {
  return (methods[operation] ?? ['POST']).includes(method);
}

/** Whether it is one of those that make other things than text. */
export function isMedia(operation: Operation): operation is MediaOperation {
  return Object.values(media).some((known) => known === operation);
}
