import assert from 'node:assert/strict';

/** One whole chat call to whatever is mounted at `baseURL`. */
export async function chat(baseURL, fetch = globalThis.fetch) {
  const response = await fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'hello consumer' }] }),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.match(JSON.parse(text).choices[0].message.content, /hello consumer/);
  assert.equal(response.headers.get('x-vector-upstream'), 'openai');
}
