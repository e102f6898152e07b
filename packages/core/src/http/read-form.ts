import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { Form, UploadedFile } from '../protocol/media.ts';
import { GrowingBytes } from '../stream/growing-bytes.ts';
import type { PartHead } from './read-part-head.ts';
import { type FormEvent, FormSplitter, invalidForm } from './split-form.ts';
import { type Upload, UploadStore } from './upload-store.ts';

/** A form that a caller has sent, with its files. */
export interface ReceivedForm extends Form {
  /** The request is over: its files are gone, also from the disk. Never rejects. */
  dispose(): Promise<void>;
}

export interface FormReading {
  /** The request's content type. */
  readonly type: string;
  /** Files that do not fit into 1 MB of memory, all together, are written to a temporary file; otherwise refused. */
  readonly spool: boolean;
}

const partsLimit = 256;
const filesLimit = 64;
/** Bytes of all the fields that are no files. */
const fieldsLimit = 16_777_216;

/**
 * Reads `multipart/form-data`. How large the whole may be is for `source` to watch. Whatever goes wrong, nothing is left of
 * what had come.
 *
 * @throws GatewayError `VE_BODY_INVALID` with the reason, `VE_BODY_TOO_LARGE`, or what `source` throws
 */
export async function readForm(
  source: AsyncIterable<Uint8Array>,
  { type, spool }: FormReading,
): Promise<ReceivedForm> {
  const splitter = new FormSplitter(type);
  const store = new UploadStore(spool);
  try {
    const reader = new FormReader(store);
    for await (const chunk of source) {
      const bytes = bufferOf(chunk);
      for (const event of splitter.push(bytes)) {
        const stored = reader.take(event);
        if (stored !== undefined) await stored;
      }
    }
    await splitter.end();
    return { ...reader.end(), dispose: () => store.dispose() };
  } catch (error) {
    await store.dispose();
    throw error;
  }
}

class FormReader {
  readonly #store: UploadStore;
  readonly #fields: (readonly [string, string])[] = [];
  readonly #files: (readonly [string, UploadedFile])[] = [];
  readonly #text = new GrowingBytes();
  #open: { readonly name: string; readonly upload: Upload | undefined } | undefined;
  #parts = 0;
  #textBytes = 0;

  constructor(store: UploadStore) {
    this.#store = store;
  }

  /** Resolves when there is room for more; undefined where there is already. */
  take(event: FormEvent): Promise<void> | undefined {
    if (event.type === 'part') {
      this.#close();
      this.#begin(event.head);
      return undefined;
    }
    const upload = this.#open?.upload;
    if (upload !== undefined) return this.#store.append(upload, event.data);
    this.#textBytes += event.data.length;
    if (this.#textBytes > fieldsLimit) throw new GatewayError('VE_BODY_TOO_LARGE', { limit: fieldsLimit });
    this.#text.append(event.data);
    return undefined;
  }

  end(): Form {
    this.#close();
    return { fields: this.#fields, files: this.#files };
  }

  #begin({ name, file }: PartHead): void {
    this.#parts++;
    if (this.#parts > partsLimit) throw invalidForm(`it has more than ${partsLimit} parts`);
    if (file !== undefined && this.#files.length >= filesLimit)
      throw invalidForm(`it has more than ${filesLimit} files`);
    this.#open = { name, upload: file && this.#store.begin(name, file) };
  }

  #close(): void {
    if (this.#open === undefined) return;
    const { name, upload } = this.#open;
    this.#open = undefined;
    if (upload !== undefined) {
      this.#files.push([name, this.#store.finish(upload)]);
      return;
    }
    const bytes = this.#text.take();
    if (!isUtf8(bytes)) throw invalidForm(`the field '${name}' is not UTF-8`);
    this.#fields.push([name, bytes.toString('utf8')]);
  }
}
