/** Codes of RFC 6455, 7.4.1: the server goes away; it met something that it did not expect. */
export const goingAway = 1001;
export const brokenOff = 1011;

/** A close frame of a server. `reason`: no more than 123 bytes of it are said. */
export function closeFrame(code: number, reason: string): Buffer {
  const words = Buffer.from(reason).subarray(0, 123);
  const frame = Buffer.alloc(4 + words.length);
  frame.writeUInt8(0x88, 0);
  frame.writeUInt8(2 + words.length, 1);
  frame.writeUInt16BE(code, 2);
  words.copy(frame, 4);
  return frame;
}

/** A text message of a server, in one frame. */
export function textFrame(text: string): Buffer {
  const words = Buffer.from(text);
  if (words.length < 126) return Buffer.concat([Buffer.from([0x81, words.length]), words]);
  const head = Buffer.from([0x81, 126, 0, 0]);
  head.writeUInt16BE(words.length, 2);
  return Buffer.concat([head, words]);
}
