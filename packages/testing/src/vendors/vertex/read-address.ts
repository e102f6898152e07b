export interface VertexAddress {
  readonly publisher: 'google' | 'anthropic';
  /** The model's full name, as errors tell it. */
  readonly resource: string;
  readonly model: string | undefined;
  readonly method: string | undefined;
}

/**
 * `/v1/projects/{p}/locations/{l}/publishers/{publisher}/models/{model}:{method}`; without a project in express mode, and
 * where models are listed. Undefined for what is no such address.
 */
export function readAddress({ pathname }: URL): VertexAddress | undefined {
  const [, parent = '', publisher, model, method] =
    /^\/v1(?:beta1)?\/(projects\/[^/]+\/locations\/[^/]+\/)?publishers\/(google|anthropic)\/models(?:\/([^/:]+)(?::(\w+))?)?$/.exec(
      pathname,
    ) ?? [];
  if (publisher !== 'google' && publisher !== 'anthropic') return undefined;
  const name = model === undefined ? undefined : decodeURIComponent(model);
  return {
    publisher,
    resource: `${parent}publishers/${publisher}/models/${name ?? ''}`,
    model: name,
    method,
  };
}
