import type { Clock } from '@vector-engine/core';
import { systemClock } from '../../clock/system-clock.ts';
import { jsonAnswer, type PlannedAnswer, wholeAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import { ObjectShelf } from './object-shelf.ts';

interface Thing extends JsonObject {
  readonly id: string;
}

interface Session {
  readonly type: string;
  readonly displayName: string | undefined;
  readonly pieces: Buffer[];
}

/**
 * Google's Files API with its resumable uploads: https://ai.google.dev/api/files. Undefined stands for what is not there.
 */
export class GeminiFiles {
  readonly #clock: Clock;
  readonly #files = new ObjectShelf<Thing>();
  readonly #sessions = new Map<string, Session>();

  constructor({ clock = systemClock }: { readonly clock?: Clock }) {
    this.#clock = clock;
  }

  /** `account`: the key; what is made with one is not found with another. */
  answer(request: RecordedRequest, address: URL, account: string): PlannedAnswer | undefined {
    if (address.pathname === '/upload/v1beta/files') return this.#upload(request, address, account);
    const [place, id] = /^\/v1beta\/files(?:\/([a-z\d]+))?$/.exec(address.pathname) ?? [];
    if (place === undefined) return undefined;
    if (id === undefined)
      return request.method === 'GET'
        ? jsonAnswer(200, { files: this.#files.list(account).map(withoutId) })
        : undefined;
    const file = this.#files.find(account, id);
    if (file === undefined) return undefined;
    if (request.method !== 'DELETE') return jsonAnswer(200, withoutId(file));
    this.#files.remove(account, id);
    return jsonAnswer(200, {});
  }

  #upload(request: RecordedRequest, address: URL, account: string): PlannedAnswer | undefined {
    const command = readString(request.headers['x-goog-upload-command']) ?? '';
    if (command === 'start') return this.#begin(request, account);
    const name = address.searchParams.get('upload_id') ?? '';
    const session = this.#sessions.get(`${account} ${name}`);
    const received = session?.pieces.reduce((sum, { length }) => sum + length, 0) ?? 0;
    if (session === undefined || Number(request.headers['x-goog-upload-offset']) !== received)
      return undefined;
    session.pieces.push(request.rawBody);
    if (!command.includes('finalize')) return wholeAnswer(200, '', { 'x-goog-upload-status': 'active' });
    return jsonAnswer(
      200,
      { file: withoutId(this.#keep(request, session, { account, id: name })) },
      { headers: { 'x-goog-upload-status': 'final' } },
    );
  }

  #begin(request: RecordedRequest, account: string): PlannedAnswer {
    const { body, headers } = request;
    const file = isJsonObject(body) && isJsonObject(body.file) ? body.file : {};
    const id = hexOf(`${account} ${this.#sessions.size}`, 12);
    this.#sessions.set(`${account} ${id}`, {
      type: readString(headers['x-goog-upload-header-content-type']) ?? 'application/octet-stream',
      displayName: readString(file.displayName),
      pieces: [],
    });
    const link = `${request.origin}/upload/v1beta/files?upload_id=${id}&upload_protocol=resumable`;
    return wholeAnswer(200, '', {
      'x-goog-upload-status': 'active',
      'x-goog-upload-url': link,
      'x-goog-upload-control-url': link,
      'x-goog-upload-chunk-granularity': '262144',
    });
  }

  #keep(
    { origin }: RecordedRequest,
    { type, displayName, pieces }: Session,
    { account, id }: { account: string; id: string },
  ): Thing {
    const now = new Date(this.#clock.now()).toISOString();
    return this.#files.add(account, {
      id,
      ...(displayName === undefined ? {} : { displayName }),
      mimeType: type,
      sizeBytes: String(Buffer.concat(pieces).length),
      createTime: now,
      updateTime: now,
      uri: `${origin}/v1beta/files/${id}`,
      state: 'ACTIVE',
      source: 'UPLOADED',
    });
  }
}

/** As callers see it: by its name. */
function withoutId({ id, ...file }: Thing): JsonObject {
  return { ...file, name: `files/${id}` };
}
