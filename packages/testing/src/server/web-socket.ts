import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's side of a WebSocket, as far as the simulation needs it: RFC 6455. */
export interface WebSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface WebSocketListener {
  onText(text: string): void;
  /** Both sides have said that they close. */
  onClosed(): void;
}

const text = 1;
const close = 8;
const ping = 9;
const pong = 10;

/** Accepts an upgrade, with these headers beside those of the handshake. */
export function openWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  { headers, listener }: { headers: Readonly<Record<string, string>>; listener: WebSocketListener },
): WebSocket {
  let buffered = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  let isClosing = false;

  const write = (opcode: number, payload: Buffer): void => {
    if (socket.writable) socket.write(Buffer.concat([headOf(opcode, payload.length), payload]));
  };
  const closing = (payload: Buffer): void => {
    if (!isClosing) write(close, payload);
    isClosing = true;
  };
  const take = ({ opcode, isLast, payload }: Frame): void => {
    if (opcode === ping) return write(pong, payload);
    if (opcode === close) {
      closing(payload);
      listener.onClosed();
      socket.end();
      return;
    }
    if (opcode === pong) return;
    pieces.push(payload);
    if (!isLast) return;
    const message = Buffer.concat(pieces).toString();
    pieces = [];
    listener.onText(message);
  };

  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  const head = Object.entries({
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-accept': accept,
    ...headers,
  });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (let frame = readFrame(buffered); frame !== undefined; frame = readFrame(buffered)) {
      buffered = buffered.subarray(frame.end);
      take(frame);
    }
  });
  return {
    send: (message) => write(text, Buffer.from(message)),
    close(code, reason) {
      const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
      payload.writeUInt16BE(code, 0);
      payload.write(reason, 2);
      closing(payload);
    },
  };
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  /** Bytes of the frame as a whole. */
  readonly end: number;
}

/** The first frame of these bytes; undefined while it is not complete. Clients mask what they send. */
function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes + 4;
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const end = start + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, end));
  for (let index = 0; index < payload.length; index += 1)
    payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return { opcode: first & 0x0f, isLast: first >= 0x80, payload, end };
}

function headOf(opcode: number, length: number): Buffer {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, length]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
