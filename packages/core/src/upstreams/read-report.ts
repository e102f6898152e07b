import { codecOf } from '../dialects/load-codecs.ts';
import type { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import type { JobReport } from '../protocol/job.ts';
import type { MediaAnswer } from '../protocol/media.ts';
import type { AnswerReading, Opening, Problem, StreamReading, WholeReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import { parseProblem, readBody } from './parse-problem.ts';
import { wordProblem } from './word-problem.ts';

const nothing = Buffer.alloc(0);

export interface ReportParts {
  readonly secrets: Secrets;
  /** Of the upstream: its errors are in it. */
  readonly dialect: Dialect;
  readonly dropped?: readonly string[];
  readonly adjusted?: readonly string[];
}

/** What an upstream says of a job: read as a whole, and told to whoever watches it. */
export class ReportReading implements AnswerReading {
  readonly passesBytes = false;
  readonly streamType = 'text/event-stream';
  readonly sentType = undefined;
  readonly dropped: readonly string[];
  readonly adjusted: readonly string[];
  /** Bytes: Vertex answers with the video itself. */
  readonly limit = 134_217_728;
  readonly #read: (answer: MediaAnswer) => JobReport;
  readonly #secrets: Secrets;
  readonly #dialect: Dialect;

  constructor(
    read: (answer: MediaAnswer) => JobReport,
    { secrets, dialect, dropped = [], adjusted = [] }: ReportParts,
  ) {
    this.#read = read;
    this.#secrets = secrets;
    this.#dialect = dialect;
    this.dropped = dropped;
    this.adjusted = adjusted;
  }

  isStream(): boolean {
    return false;
  }

  openStream(): () => Opening {
    return () => ({ kind: 'garbage' });
  }

  readStream(broken: (reason: string) => GatewayError): StreamReading {
    throw broken('a stream in place of an answer about a job');
  }

  readWhole(body: Buffer, _broken: (reason: string) => GatewayError, headers: HeaderMap): WholeReading {
    const report = this.#read({ headers, body: this.#secrets.hideInAnswer(body) });
    return { body: nothing, usage: undefined, report };
  }

  readError(status: number, headers: HeaderMap, body: Buffer): Problem {
    const error = parseProblem(codecOf(this.#dialect), { status, headers, body: readBody(body) });
    return wordProblem(error);
  }
}
