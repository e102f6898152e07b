/** First and last byte: whether the rest is well formed is between the provider and the caller's SDK. */
export function isJsonObject(body: Buffer): boolean {
  let start = 0;
  let end = body.length - 1;
  while ((body[start] ?? 0x7b) <= 0x20) start++;
  while (end > start && (body[end] ?? 0x7d) <= 0x20) end--;
  return body[start] === 0x7b && body[end] === 0x7d;
}

const errorFirst = /^\s*\{\s*"error"\s*:/;

/** Some aggregators answer 200 and put the error into the body. */
export function isBareError(body: Buffer): boolean {
  return (
    body.length < 8192 && errorFirst.test(body.toString('latin1', 0, 256)) && !body.includes('"choices"')
  );
}

export function parseError(body: Buffer): unknown {
  try {
    const parsed: { error?: unknown } = JSON.parse(body.toString('utf8'));
    return parsed.error;
  } catch {
    return undefined;
  }
}
