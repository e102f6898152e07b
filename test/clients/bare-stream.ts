import type { Door } from './doors.ts';

interface Chunk {
  readonly choices: [{ readonly delta: { readonly content?: string | null } }];
}

/**
 * A client as people write it by hand: lines that begin with `data: `, and `choices[0].delta.content` of every chunk,
 * without asking whether it is there. A chunk without a choice throws.
 */
export async function bareStream(
  { baseURL, fetch }: Pick<Door, 'baseURL' | 'fetch'>,
  { model, text }: { model: string; text: string },
): Promise<string> {
  const response = await fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: text }] }),
  });
  if (response.status !== 200 || response.body === null)
    throw new Error(`status ${response.status}: ${await response.text()}`);
  let said = '';
  let isDone = false;
  for await (const line of linesOf(response.body)) {
    if (line === 'data: [DONE]') isDone = true;
    else if (line.startsWith('data: ')) {
      const chunk = JSON.parse(line.slice('data: '.length)) as Chunk;
      said += chunk.choices[0].delta.content ?? '';
    }
  }
  if (!isDone) throw new Error('the stream ended without [DONE]');
  return said;
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let buffer = '';
  for await (const bytes of body) {
    const lines = (buffer + decoder.decode(bytes, { stream: true })).split('\n');
    buffer = lines.pop() ?? '';
    yield* lines;
  }
  // xAI's last line has no line end.
  yield buffer;
}
