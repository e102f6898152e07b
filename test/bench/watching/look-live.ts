import { get, type IncomingMessage } from 'node:http';

/** What a page that is open does: takes what is told of calls as they end. */
export interface Looking {
  /** Calls that it was told of. */
  readonly told: () => number;
  close(): void;
}

export async function lookLive(port: number): Promise<Looking> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`http://127.0.0.1:${port}/gateway/admin/live`, resolve).on('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`/admin/live was answered ${response.statusCode}`);
  let told = 0;
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (piece: string) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data: ')) told += Number(JSON.parse(line.slice(6)).calls);
  });
  // It ends when it is closed.
  response.on('error', () => {});
  return { told: () => told, close: () => response.destroy() };
}
