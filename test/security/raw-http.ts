import { connect } from 'node:net';

/** Sends bytes as they are and reads until the server closes, or nothing has come for `quiet` milliseconds. */
export function sendRaw(port: number, bytes: string | Buffer, quiet = 60): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const pieces: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(pieces).toString('latin1'));
    };
    socket.on('data', (piece) => {
      pieces.push(piece);
      clearTimeout(timer);
      timer = setTimeout(finish, quiet);
    });
    socket.on('close', finish);
    socket.on('error', finish);
    // A request that never ends, as far as the server can tell, is not answered.
    timer = setTimeout(finish, 4 * quiet);
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  });
}

export const statusesOf = (answer: string): number[] =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
