import { Readable } from 'node:stream';
import { loadCodecs } from '../dialects/load-codecs.ts';
import { spliceRequest } from '../dialects/openai-chat/splice-request.ts';
import { parseObject } from '../dialects/shared/wire-events.ts';
import { type FailureFacts, GatewayError } from '../errors.ts';
import { loadMedia } from '../media/load-media.ts';
import { type AnyFamily, type AnyFormat, familyOf, formatOf, jobFormatOf } from '../media/pick-media.ts';
import { fetchStart } from '../media/video/fetch-start.ts';
import type { Call } from '../protocol/call.ts';
import type { JobFormat, VideoRequest } from '../protocol/job.ts';
import type { CallContext } from '../protocol/layer.ts';
import { isMedia, type MediaBody, type RenderedMedia } from '../protocol/media.ts';
import type { AnswerReading } from './answer-reading.ts';
import { ChatReading } from './read-chat.ts';
import { EmbeddingsReading } from './read-embeddings.ts';
import { MediaReading } from './read-media.ts';
import { ReportReading } from './read-report.ts';
import type { Sending, SendingParts } from './sending.ts';
import { writeForm } from './write-form.ts';

interface Way {
  readonly context: CallContext;
  readonly parts: SendingParts;
}

/** This target cannot be asked; another may. */
const elsewhere: FailureFacts = { retry: 'elsewhere', health: 'neutral', sent: false };

/**
 * A call for media, in the upstream's words; undefined for other calls. What comes in OpenAI's words, and goes out in them,
 * passes as it is.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`, `VE_PARAMETER_UNSUPPORTED`
 */
export function planMedia(
  call: Call,
  context: CallContext,
  parts: SendingParts,
): Sending | Promise<Sending> | undefined {
  const { operation } = call;
  if (!isMedia(operation)) return undefined;
  const { upstream } = parts;
  const { model } = context.target;
  const job = upstream.jobs(operation, model);
  const media = job === undefined ? upstream.media(operation, model) : undefined;
  if (job === undefined && media === undefined) return passMedia(call, { context, parts });
  const plan = (): Sending | Promise<Sending> => {
    if (job !== undefined) return planJob(call, jobFormatOf(operation, job), { context, parts });
    const family = familyOf(operation);
    call.media ??= family.parseRequest(bodyOf(call));
    const format = formatOf(operation, media ?? 'openai');
    return planFormat(call, { family, format }, { context, parts });
  };
  const loading = loadBoth();
  return loading === undefined ? plan() : loading.then(plan);
}

function loadBoth(): Promise<unknown> | undefined {
  const loading = [loadMedia(), loadCodecs()].filter((one) => one !== undefined);
  return loading.length === 0 ? undefined : Promise.all(loading);
}

function passMedia(call: Call, { context, parts }: Way): Sending {
  const body = spliceRequest(call, context.target.model, { asksUsage: false });
  const { secrets } = parts;
  const reading =
    call.operation === 'embeddings' ? new EmbeddingsReading(call, secrets) : new ChatReading(call, secrets);
  return { body, reading };
}

interface Speech {
  readonly family: AnyFamily;
  readonly format: AnyFormat;
}

async function planFormat(call: Call, { family, format }: Speech, { context, parts }: Way): Promise<Sending> {
  const request = call.media;
  const rendered = await format.renderRequest(request, context.target.model);
  refuseDropped(call, rendered, parts);
  const { files, clock, secrets } = parts;
  const flows = format.streaming?.asks(request, context.target.model) === true;
  const reading = new MediaReading({
    family,
    format,
    flows,
    request,
    secrets,
    context: {
      model: call.model,
      now: Math.floor(clock.now() / 1000),
      link: (bytes, type) => files.link(bytes, type, call.base),
      fetch: (url) => files.fetch(url, context.target.upstream),
    },
    dropped: rendered.dropped,
    adjusted: rendered.adjusted ?? [],
    dialect: parts.dialect,
  });
  return send(rendered, reading, flows);
}

async function planJob(call: Call, format: JobFormat<unknown>, { context, parts }: Way): Promise<Sending> {
  const { model } = context.target;
  const { files } = parts;
  if (isVideoRequest(call.media))
    call.media = await fetchStart(call.media, format, (url) => files.fetch(url, undefined));
  const rendered = format.renderRequest(call.media, model);
  refuseDropped(call, rendered, parts);
  const { dropped } = rendered;
  const { adjusted } = format.plan(call.media, model);
  const read = format.parseCreated.bind(format);
  const reading = new ReportReading(read, { ...parts, dropped, adjusted });
  return { ...send(rendered, reading, false), path: format.createPath };
}

/** Whether it is one for a video, which may begin with a picture that is somewhere else. */
function isVideoRequest(request: unknown): request is VideoRequest {
  return typeof request === 'object' && request !== null && 'remixOf' in request;
}

function send(rendered: RenderedMedia, reading: AnswerReading, flows: boolean): Sending {
  const below = rendered.below;
  const accept = flows ? '*/*' : 'application/json';
  if ('json' in rendered) {
    const body = Buffer.from(JSON.stringify(rendered.json));
    return { body, reading, below, flows, content: { type: 'application/json', accept } };
  }
  const form = writeForm(rendered.form);
  const body = Readable.from(form.open(), { objectMode: false });
  return { body, reading, below, flows, content: { type: form.type, size: form.size, accept } };
}

function refuseDropped({ model }: Call, { dropped }: RenderedMedia, { isStrict }: SendingParts): void {
  const [parameter, ...others] = dropped;
  if (!isStrict || parameter === undefined) return;
  const more = others.length === 0 ? {} : { reason: others.map((name) => `'${name}'`).join(', ') };
  throw new GatewayError('VE_PARAMETER_UNSUPPORTED', { parameter, model, ...more }, { failure: elsewhere });
}

export function bodyOf({ form, bytes }: Call): MediaBody {
  return form === undefined ? { json: parseObject(Buffer.from(bytes).toString('utf8')) } : { form };
}
