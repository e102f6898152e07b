import { isJsonObject, type JsonObject } from '../wire/read-json.ts';

export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** The body as a JSON object, when status and content type are as expected. */
export async function expectJson(response: Response, status: number): Promise<JsonObject> {
  const text = await response.text();
  expectThat(
    response.status === status,
    `expected status ${status}, got ${response.status}: ${text.slice(0, 200)}`,
  );
  const type = response.headers.get('content-type') ?? 'none';
  expectThat(type.startsWith('application/json'), `expected application/json, got content-type ${type}`);
  const body: unknown = JSON.parse(text);
  expectThat(isJsonObject(body), 'expected a JSON object');
  return body;
}

/** The `data` of every event of a stream that ended by itself. */
export async function expectEvents(response: Response): Promise<readonly string[]> {
  expectThat(response.status === 200, `expected status 200, got ${response.status}`);
  const type = response.headers.get('content-type') ?? 'none';
  expectThat(type.startsWith('text/event-stream'), `expected text/event-stream, got content-type ${type}`);
  const text = (await response.text()).replaceAll(/\r\n?/g, '\n');
  return text
    .split('\n\n')
    .map((event) =>
      event
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice('data:'.length).trimStart())
        .join('\n'),
    )
    .filter((data) => data !== '');
}

export function askedOf(model: string): JsonObject {
  return { model, messages: [{ role: 'user', content: 'Say hello in five words.' }] };
}
