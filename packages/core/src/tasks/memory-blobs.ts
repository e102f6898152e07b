import type { BlobInfo, BlobKeeping, BlobStore } from '../protocol/task-store.ts';

interface Blob extends BlobInfo {
  readonly bytes: Uint8Array;
  readonly expiresAt: number;
}

/** Bytes in this process's memory, bounded; what is oldest goes first. */
export class MemoryBlobs implements BlobStore {
  readonly #most: number;
  /** In the order that they came in. */
  readonly #blobs = new Map<string, Blob>();
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  put(id: string, bytes: Uint8Array, { type, now, expiresAt }: BlobKeeping): Promise<boolean> {
    const size = bytes.byteLength;
    if (size > this.#most) return Promise.resolve(false);
    this.#deleteExpired(now);
    this.#delete(id);
    for (const oldest of this.#blobs.keys()) {
      if (this.#used + size <= this.#most) break;
      this.#delete(oldest);
    }
    // The caller's may be a view of something larger, or be changed later.
    this.#blobs.set(id, { bytes: Uint8Array.from(bytes), type, size, expiresAt });
    this.#used += size;
    return Promise.resolve(true);
  }

  find(id: string, now: number): Promise<BlobInfo | undefined> {
    const blob = this.#blobs.get(id);
    if (blob === undefined || blob.expiresAt <= now) return Promise.resolve(undefined);
    return Promise.resolve({ type: blob.type, size: blob.size });
  }

  read(id: string, start: number, end: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#blobs.get(id)?.bytes.subarray(start, end));
  }

  delete(id: string): Promise<boolean> {
    return Promise.resolve(this.#delete(id));
  }

  deleteExpired(now: number): Promise<void> {
    this.#deleteExpired(now);
    return Promise.resolve();
  }

  #delete(id: string): boolean {
    this.#used -= this.#blobs.get(id)?.size ?? 0;
    return this.#blobs.delete(id);
  }

  #deleteExpired(now: number): void {
    for (const [id, { expiresAt }] of this.#blobs) if (expiresAt <= now) this.#delete(id);
  }
}
