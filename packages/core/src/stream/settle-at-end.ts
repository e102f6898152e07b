import type { ByteStream } from './byte-stream.ts';

/** The same stream; `settle` runs when it has ended, broken off or been given up. */
export function settleAtEnd(stream: ByteStream, settle: () => void): ByteStream {
  return {
    pipe: (sink) =>
      stream.pipe({
        write: (chunk) => sink.write(chunk),
        end: (taken) =>
          sink.end(() => {
            taken?.();
            settle();
          }),
        destroy: (error) => {
          sink.destroy(error);
          settle();
        },
      }),
    resume: () => stream.resume(),
    abort: (reason) => {
      stream.abort(reason);
      settle();
    },
  };
}
