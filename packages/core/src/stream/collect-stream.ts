import type { ByteStream } from './byte-stream.ts';

/** All of a stream that is short. Rejects with what it broke off with, or with `tooLong` where it has more bytes than `limit`. */
export function collectStream(stream: ByteStream, limit: number, tooLong: () => Error): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    stream.pipe({
      write(chunk) {
        bytes += chunk.byteLength;
        if (bytes <= limit) {
          chunks.push(chunk);
          return true;
        }
        const error = tooLong();
        reject(error);
        stream.abort(error);
        return false;
      },
      end(taken) {
        resolve(Buffer.concat(chunks));
        taken?.();
      },
      destroy: reject,
    });
  });
}
