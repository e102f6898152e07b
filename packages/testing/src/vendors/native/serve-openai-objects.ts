import type { Clock } from '@vector-engine/core';
import { systemClock } from '../../clock/system-clock.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { hexOf, wordOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import type { FormPart } from '../../wire/read-multipart.ts';
import type { Complaint } from '../dialect.ts';
import { readBody } from '../media/read-body.ts';
import { complain } from '../responses/word-problem.ts';
import { serveFile } from '../video/serve-file.ts';
import { ObjectShelf, pageOf } from './object-shelf.ts';
import { runBatch } from './run-batch.ts';

interface StoredFile extends JsonObject {
  readonly id: string;
  readonly filename: string;
  readonly purpose: string;
}

interface Thing extends JsonObject {
  readonly id: string;
}

interface Upload extends Thing {
  status: string;
  readonly bytes: number;
  readonly filename: string;
  readonly purpose: string;
}

interface Asked {
  readonly request: RecordedRequest;
  readonly query: URLSearchParams;
  readonly seed: string;
  /** The key: what is made with one is not found with another. */
  readonly account: string;
}

type Outcome = PlannedAnswer | Complaint;

/**
 * OpenAI's files, uploads, batches and vector stores: `resources/files.d.ts`, `uploads/uploads.d.ts`, `batches.d.ts` and
 * `vector-stores/vector-stores.d.ts` of openai. A batch is over when it is asked about for the second time.
 */
export class OpenAIObjects {
  readonly #clock: Clock;
  readonly #files = new ObjectShelf<StoredFile>();
  readonly #contents = new Map<string, Buffer>();
  readonly #uploads = new ObjectShelf<Upload>();
  readonly #parts = new Map<string, Buffer>();
  readonly #batches = new ObjectShelf<Thing>();
  readonly #stores = new ObjectShelf<Thing>();

  constructor({ clock = systemClock }: { readonly clock?: Clock }) {
    this.#clock = clock;
  }

  /** Undefined where the path is none of these. */
  answer(
    request: RecordedRequest,
    { path, query, seed }: { readonly path: string; readonly query: URLSearchParams; readonly seed: string },
  ): Outcome | undefined {
    const [, family, id, rest] =
      /^\/v1\/(files|uploads|batches|vector_stores)(?:\/([^/]+)(?:\/(.+))?)?$/.exec(path) ?? [];
    const account = request.headers.authorization ?? '';
    const asked = { request, query, seed, account };
    if (family === 'files') return this.#serveFiles(asked, id, rest);
    if (family === 'uploads') return this.#serveUploads(asked, id, rest);
    if (family === 'batches') return this.#serveBatches(asked, id, rest);
    return family === undefined ? undefined : this.#serveStores(asked, id, rest);
  }

  #serveFiles(asked: Asked, id: string | undefined, rest: string | undefined): Outcome {
    const { request, account } = asked;
    if (id === undefined)
      return request.method === 'POST' ? this.#create(asked) : this.#list(asked, this.#files);
    const file = this.#files.find(account, id);
    if (file === undefined) return noSuch('File', id);
    if (rest === 'content')
      return serveFile(request, {
        head: this.#contents.get(id) ?? Buffer.alloc(0),
        zeros: 0,
        type: 'application/octet-stream',
      });
    if (request.method !== 'DELETE') return jsonAnswer(200, file, { indent: 2 });
    this.#files.remove(account, id);
    return jsonAnswer(200, { object: 'file', deleted: true, id }, { indent: 2 });
  }

  #create({ request, account, seed }: Asked): Outcome {
    const { body = {}, files = [] } = readBody(request) ?? {};
    const [file] = files;
    if (file === undefined) return complain("'file' is a required property", 'file', null);
    const purpose = readString(body.purpose);
    if (purpose === undefined) return complain("'purpose' is a required property", 'purpose', null);
    const made = this.#keepFile(account, seed, { bytes: file.bytes, filename: nameOf(file), purpose });
    return jsonAnswer(200, made, { indent: 2 });
  }

  #keepFile(
    account: string,
    seed: string,
    { bytes, filename, purpose }: { bytes: Buffer; filename: string; purpose: string },
  ): StoredFile {
    const id = `file-${wordOf(`file ${seed} ${filename}`, 22)}`;
    this.#contents.set(id, bytes);
    return this.#files.add(account, {
      object: 'file',
      id,
      purpose,
      filename,
      bytes: bytes.length,
      created_at: this.#now(),
      expires_at: null,
      status: 'processed',
      status_details: null,
    });
  }

  #serveUploads(asked: Asked, id: string | undefined, rest: string | undefined): Outcome {
    const { request, account, seed } = asked;
    if (request.method !== 'POST') return wrongMethod(request);
    if (id === undefined) return this.#openUpload(asked);
    const upload = this.#uploads.find(account, id);
    if (upload === undefined) return noSuch('Upload', id);
    if (rest === 'parts') {
      const [part] = readBody(request)?.files ?? [];
      if (part === undefined) return complain("'data' is a required property", 'data', null);
      const made = `part_${hexOf(`part ${seed}`, 32)}`;
      this.#parts.set(made, part.bytes);
      return jsonAnswer(200, {
        id: made,
        object: 'upload.part',
        created_at: this.#now(),
        upload_id: id,
      });
    }
    if (rest === 'cancel') upload.status = 'cancelled';
    if (rest !== 'complete') return jsonAnswer(200, upload);
    const parts = isJsonObject(request.body) ? readList(request.body.part_ids).map(String) : [];
    const bytes = Buffer.concat(parts.map((part) => this.#parts.get(part) ?? Buffer.alloc(0)));
    if (bytes.length !== upload.bytes)
      return complain(`The parts have ${bytes.length} bytes, not ${upload.bytes}.`, 'part_ids', null);
    upload.status = 'completed';
    const { filename, purpose } = upload;
    return jsonAnswer(200, { ...upload, file: this.#keepFile(account, seed, { bytes, filename, purpose }) });
  }

  #openUpload({ request, account, seed }: Asked): Outcome {
    const body = isJsonObject(request.body) ? request.body : {};
    const [filename, purpose, bytes] = [
      readString(body.filename),
      readString(body.purpose),
      readNumber(body.bytes),
    ];
    if (filename === undefined || purpose === undefined || bytes === undefined)
      return complain("'filename', 'purpose' and 'bytes' are required properties", 'filename', null);
    const created_at = this.#now();
    const upload = this.#uploads.add(account, {
      id: `upload_${hexOf(`upload ${seed}`, 32)}`,
      object: 'upload',
      bytes,
      created_at,
      filename,
      purpose,
      status: 'pending',
      expires_at: created_at + 3600,
    });
    return jsonAnswer(200, upload);
  }

  #serveBatches(asked: Asked, id: string | undefined, rest: string | undefined): Outcome {
    const { request, account, seed } = asked;
    if (id === undefined)
      return request.method === 'POST' ? this.#openBatch(asked) : this.#list(asked, this.#batches);
    const batch = this.#batches.find(account, id);
    if (batch === undefined)
      return { type: 'not-found', message: `No batch found with id '${id}'.`, param: null };
    if (rest === 'cancel')
      return jsonAnswer(200, this.#batches.add(account, { ...batch, status: 'cancelling' }));
    return jsonAnswer(200, this.#batches.add(account, this.#goOn(batch, account, seed)));
  }

  #openBatch({ request, account, seed }: Asked): Outcome {
    const body = isJsonObject(request.body) ? request.body : {};
    const input = readString(body.input_file_id) ?? '';
    if (this.#files.find(account, input) === undefined)
      return complain(`File with id '${input}' not found.`, 'input_file_id', null);
    const batch = this.#batches.add(account, {
      id: `batch_${hexOf(`batch ${seed}`, 32)}`,
      object: 'batch',
      endpoint: body.endpoint,
      input_file_id: input,
      completion_window: body.completion_window,
      status: 'validating',
      output_file_id: null,
      error_file_id: null,
      created_at: this.#now(),
      request_counts: { total: 0, completed: 0, failed: 0 },
      metadata: body.metadata ?? null,
    });
    return jsonAnswer(200, batch);
  }

  #goOn(batch: Thing, account: string, seed: string): Thing {
    if (batch.status === 'validating') return { ...batch, status: 'in_progress' };
    if (batch.status !== 'in_progress') return batch;
    const { lines, usage } = runBatch(
      this.#contents.get(String(batch.input_file_id)) ?? Buffer.alloc(0),
      seed,
    );
    const output = this.#keepFile(account, `${seed} output`, {
      bytes: Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
      filename: `${batch.id}_output.jsonl`,
      purpose: 'batch_output',
    });
    return {
      ...batch,
      status: 'completed',
      output_file_id: output.id,
      completed_at: this.#now(),
      request_counts: { total: lines.length, completed: lines.length, failed: 0 },
      usage,
    };
  }

  #serveStores(asked: Asked, id: string | undefined, rest: string | undefined): Outcome {
    const { request, account, seed } = asked;
    const body = isJsonObject(request.body) ? request.body : {};
    const missing = readList(body.file_ids)
      .map(String)
      .find((file) => this.#files.find(account, file) === undefined);
    if (missing !== undefined) return noSuch('File', missing);
    if (id === undefined && request.method !== 'POST') return this.#list(asked, this.#stores);
    if (id === undefined) {
      const counts = { in_progress: 0, completed: readList(body.file_ids).length, failed: 0, cancelled: 0 };
      const store = this.#stores.add(account, {
        id: `vs_${hexOf(`store ${seed}`, 32)}`,
        object: 'vector_store',
        created_at: this.#now(),
        name: readString(body.name) ?? null,
        status: 'completed',
        usage_bytes: 0,
        file_counts: { ...counts, total: counts.completed },
        metadata: body.metadata ?? {},
        last_active_at: this.#now(),
      });
      return jsonAnswer(200, store);
    }
    const store = this.#stores.find(account, id);
    if (store === undefined || rest !== undefined) return noSuch('Vector store', id);
    if (request.method === 'POST')
      return jsonAnswer(200, this.#stores.add(account, { ...store, name: readString(body.name) ?? null }));
    if (request.method !== 'DELETE') return jsonAnswer(200, store);
    this.#stores.remove(account, id);
    return jsonAnswer(200, { id, object: 'vector_store.deleted', deleted: true });
  }

  #list({ request, query, account }: Asked, shelf: ObjectShelf<Thing>): Outcome {
    if (request.method !== 'GET') return wrongMethod(request);
    const page = pageOf(shelf.list(account), query.get('after'), Number(query.get('limit') ?? 20));
    if (page === undefined) return noSuch('File', query.get('after') ?? '');
    const { data, hasMore } = page;
    const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return jsonAnswer(200, { object: 'list', data, ...ends, has_more: hasMore });
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

function nameOf({ filename = '' }: FormPart): string {
  return filename;
}

function noSuch(noun: string, id: string): Complaint {
  return { type: 'not-found', message: `No such ${noun} object: ${id}`, param: 'id' };
}

function wrongMethod({ method, path }: RecordedRequest): Complaint {
  return { type: 'method-wrong', method, path };
}
