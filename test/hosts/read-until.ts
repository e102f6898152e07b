import type { Readable } from 'node:stream';

/** What came of a stream once it holds `part`; the stream stays open. Fails when it ends before. */
export function readUntil(stream: Readable, part: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      if (!text.includes(part)) return;
      stream.off('data', onData);
      stream.pause();
      resolve(text);
    };
    stream.on('data', onData);
    stream.on('error', reject);
    stream.on('end', () => reject(new Error(`the stream ended without ${JSON.stringify(part)}: ${text}`)));
  });
}
