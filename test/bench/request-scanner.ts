const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * Finds where the requests of one connection end: by `content-length`, or by the last chunk. Enough for one request
 * at a time, which is what HTTP/1.1 clients without pipelining send.
 */
export function createRequestScanner(onRequest: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let pending: Buffer | undefined;
  let wanted = 0;
  return (bytes) => {
    const received: Buffer = pending === undefined ? bytes : Buffer.concat([pending, bytes]);
    if (wanted === 0) {
      const headEnd = received.indexOf(HEAD_END);
      const length =
        headEnd < 0 ? undefined : CONTENT_LENGTH.exec(received.toString('latin1', 0, headEnd))?.[1];
      if (length !== undefined) wanted = headEnd + HEAD_END.length + Number(length);
      else if (headEnd < 0 || !received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) {
        pending = received;
        return;
      }
    }
    if (received.length < wanted) {
      pending = received;
      return;
    }
    pending = undefined;
    wanted = 0;
    onRequest(received);
  };
}
