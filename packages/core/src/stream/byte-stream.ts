/** Where a stream's bytes go: the caller's response, or a test. */
export interface ByteSink {
  /** Returns false when the receiver is full: then nothing more comes until `ByteStream.resume()`. */
  write(chunk: Uint8Array): boolean;
  /** Nothing more comes. `taken` runs when the receiver has everything. */
  end(taken?: () => void): void;
  /** The answer broke off and cannot be ended honestly otherwise. */
  destroy(error: Error): void;
}

/** Bytes still on their way from an upstream. Pushes into one sink, obeying its back-pressure. */
export interface ByteStream {
  pipe(sink: ByteSink): void;
  /** The sink can take more. */
  resume(): void;
  /** Nobody wants the rest: the upstream is closed at once. */
  abort(reason: Error): void;
}
