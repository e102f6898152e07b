import type { Clock } from '@vector-engine/core';
import { systemClock } from '../../clock/system-clock.ts';
import { jsonAnswer, type PlannedAnswer, wholeAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { wordOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import { type AnthropicProblem, invalid, notFound } from '../anthropic/anthropic-errors.ts';
import { readBody } from '../media/read-body.ts';
import { ObjectShelf, pageOf } from './object-shelf.ts';

interface Thing extends JsonObject {
  readonly id: string;
}

interface Asked {
  readonly request: RecordedRequest;
  readonly query: URLSearchParams;
  readonly seed: string;
  /** The key: what is made with one is not found with another. */
  readonly account: string;
}

type Outcome = PlannedAnswer | AnthropicProblem;

/**
 * Anthropic's message batches and files: `resources/messages/batches.d.ts` and `resources/beta/files.d.ts` of
 * @anthropic-ai/sdk. A batch is over when it is asked about.
 */
export class AnthropicObjects {
  readonly #clock: Clock;
  readonly #batches = new ObjectShelf<Thing>();
  readonly #requests = new Map<string, readonly JsonObject[]>();
  readonly #files = new ObjectShelf<Thing>();
  readonly #contents = new Map<string, Buffer>();

  constructor({ clock = systemClock }: { readonly clock?: Clock }) {
    this.#clock = clock;
  }

  /** Undefined where the path is none of these. */
  answer(request: RecordedRequest, seed: string): Outcome | undefined {
    const [path = '', search] = request.path.split('?');
    const [, family, id, rest] =
      /^\/v1\/(messages\/batches|files)(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(path) ?? [];
    const account = readString(request.headers['x-api-key']) ?? '';
    const asked = { request, query: new URLSearchParams(search), seed, account };
    if (family === undefined) return undefined;
    return family === 'files' ? this.#serveFiles(asked, id, rest) : this.#serveBatches(asked, id, rest);
  }

  #serveBatches(asked: Asked, id: string | undefined, rest: string | undefined): Outcome {
    const { request, query, account } = asked;
    if (id === undefined && request.method === 'POST') return this.#openBatch(asked);
    if (id === undefined) {
      const page = pageOf(
        this.#batches.list(account),
        query.get('after_id'),
        Number(query.get('limit') ?? 20),
      );
      if (page === undefined) return notFound('after_id');
      const { data, hasMore } = page;
      return jsonAnswer(200, {
        data,
        has_more: hasMore,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
      });
    }
    const batch = this.#batches.find(account, id);
    if (batch === undefined) return notFound(`batch: ${id}`);
    if (rest === 'results') return this.#results(id);
    if (rest === 'cancel')
      return jsonAnswer(200, this.#batches.add(account, { ...batch, processing_status: 'canceling' }));
    if (request.method === 'DELETE') {
      this.#batches.remove(account, id);
      return jsonAnswer(200, { id, type: 'message_batch_deleted' });
    }
    const count = this.#requests.get(id)?.length ?? 0;
    const done = {
      ...batch,
      processing_status: 'ended',
      ended_at: this.#now(),
      request_counts: { processing: 0, succeeded: count, errored: 0, canceled: 0, expired: 0 },
      results_url: `${request.origin}/v1/messages/batches/${id}/results`,
    };
    return jsonAnswer(200, this.#batches.add(account, done));
  }

  #openBatch({ request, account, seed }: Asked): Outcome {
    const asked = isJsonObject(request.body) ? readList(request.body.requests).filter(isJsonObject) : [];
    if (asked.length === 0) return invalid('requests: Field required');
    const id = `msgbatch_${wordOf(`batch ${seed}`, 24)}`;
    this.#requests.set(id, asked);
    const batch = this.#batches.add(account, {
      id,
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: asked.length, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      ended_at: null,
      created_at: this.#now(),
      expires_at: this.#now(),
      archived_at: null,
      cancel_initiated_at: null,
      results_url: null,
    });
    return jsonAnswer(200, batch);
  }

  #results(id: string): PlannedAnswer {
    const lines = (this.#requests.get(id) ?? []).map(({ custom_id, params }) => {
      const asked = isJsonObject(params) ? params : {};
      const message = {
        id: `msg_${wordOf(`${id} ${String(custom_id)}`, 24)}`,
        type: 'message',
        role: 'assistant',
        model: asked.model,
        content: [{ type: 'text', text: `This is ${String(custom_id)}.` }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 10, output_tokens: 5 },
      };
      return `${JSON.stringify({ custom_id, result: { type: 'succeeded', message } })}\n`;
    });
    return wholeAnswer(200, lines.join(''), { 'content-type': 'application/x-jsonl' });
  }

  #serveFiles(asked: Asked, id: string | undefined, rest: string | undefined): Outcome {
    const { request, query, account, seed } = asked;
    if (id === undefined && request.method === 'POST') {
      const [file] = readBody(request)?.files ?? [];
      if (file === undefined) return invalid('file: Field required');
      const made = `file_${wordOf(`file ${seed}`, 24)}`;
      this.#contents.set(made, file.bytes);
      return jsonAnswer(
        200,
        this.#files.add(account, {
          id: made,
          type: 'file',
          filename: file.filename,
          mime_type: file.contentType,
          size_bytes: file.bytes.length,
          created_at: this.#now(),
          downloadable: true,
        }),
      );
    }
    if (id === undefined) {
      const page = pageOf(this.#files.list(account), query.get('page'), Number(query.get('limit') ?? 20));
      if (page === undefined) return invalid('page: not a page');
      return jsonAnswer(200, {
        data: page.data,
        next_page: page.hasMore ? (page.data.at(-1)?.id ?? null) : null,
      });
    }
    const file = this.#files.find(account, id);
    if (file === undefined) return notFound(`File not found: ${id}`);
    if (rest === 'content')
      return wholeAnswer(200, this.#contents.get(id) ?? '', {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${String(file.filename)}"`,
      });
    if (request.method !== 'DELETE') return jsonAnswer(200, file);
    this.#files.remove(account, id);
    return jsonAnswer(200, { id, type: 'file_deleted' });
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
