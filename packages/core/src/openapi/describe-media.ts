import { z } from '../settings/zod-without-globals.ts';
import type { Description } from './description.ts';
import * as wire from './wire-schemas.ts';

const asked = z.looseObject({ model: z.string() });
/** A file's bytes are a part of the form. */
const file = z.unknown().meta({ type: 'string', contentMediaType: 'application/octet-stream' });
const json = (answer: z.ZodType): Description['answer'] => ({ 'application/json': answer });
const stream = { 'text/event-stream': wire.events };
const transcript = {
  ...json(z.looseObject({ text: z.string() })),
  'text/plain': z.string(),
  'application/x-subrip': z.string(),
  'text/vtt': z.string(),
};

type Said = Omit<Description, 'tag'>;
const media = (said: Said): Description => ({ tag: 'Media', isCall: true, ...said });
const videos = (said: Said): Description => ({ tag: 'Videos', ...said });

const ranking = {
  summary: 'Which documents answer a question best.',
  body: {
    json: asked.extend({
      query: z.string(),
      documents: z.array(z.unknown()),
      top_n: z.int().optional(),
    }),
  },
  answer: json(
    z.looseObject({ results: z.array(z.looseObject({ index: z.int(), relevance_score: z.number() })) }),
  ),
};
const picture = z.looseObject({ created: z.int(), data: z.array(z.looseObject({})) });
const wish = asked.extend({ prompt: z.string(), n: z.int().optional(), size: z.string().optional() });
const film = z.looseObject({
  model: z.string().optional(),
  prompt: z.string().optional(),
  seconds: z.union([z.string(), z.number()]).optional(),
  size: z.string().optional(),
});
const begun = { body: { json: film, form: film.extend({ input_reference: file.optional() }) } };

/** What is not text; by method and path. */
export const mediaDescriptions: Readonly<Record<string, Description>> = {
  'POST /v1/embeddings': media({
    id: 'createEmbeddings',
    summary: 'Embeddings.',
    body: { json: asked.extend({ input: z.unknown(), encoding_format: z.string().optional() }) },
    answer: json(z.looseObject({ data: z.array(z.looseObject({ index: z.int(), embedding: z.unknown() })) })),
  }),
  'POST /v1/rerank': media({ id: 'rank', ...ranking }),
  'POST /v2/rerank': media({ id: 'rankAgain', ...ranking }),
  'POST /v1/moderations': media({
    id: 'createModeration',
    summary: 'Whether something may be said.',
    body: { json: z.looseObject({ model: z.string().optional(), input: z.unknown() }) },
    answer: json(z.looseObject({ id: z.string(), results: z.array(z.looseObject({})) })),
  }),
  'POST /v1/images/generations': media({
    id: 'createImages',
    summary: 'Pictures, and videos in one call.',
    body: { json: wish },
    answer: { ...json(picture), ...stream },
    also: { 202: wire.task },
  }),
  'POST /v1/images/edits': media({
    id: 'editImages',
    summary: 'Pictures that are changed.',
    body: { json: wish, form: wish.extend({ image: file, mask: file.optional() }) },
    answer: { ...json(picture), ...stream },
  }),
  'POST /v1/images/variations': media({
    id: 'varyImage',
    summary: 'Variations of a picture.',
    body: { form: asked.extend({ image: file }) },
    answer: json(picture),
  }),
  'POST /v1/audio/speech': media({
    id: 'createSpeech',
    summary: 'Speech.',
    body: { json: asked.extend({ input: z.string(), voice: z.unknown() }) },
    answer: { 'audio/*': undefined, 'application/octet-stream': undefined, ...stream },
  }),
  'POST /v1/audio/transcriptions': media({
    id: 'createTranscription',
    summary: 'What is said in a recording.',
    body: { form: asked.extend({ file }) },
    answer: { ...transcript, ...stream },
  }),
  'POST /v1/audio/translations': media({
    id: 'createTranslation',
    summary: 'The same in English.',
    body: { form: asked.extend({ file }) },
    answer: transcript,
  }),
  'POST /v1/videos': videos({
    id: 'createVideo',
    summary: 'Begins a video.',
    ...begun,
    answer: json(wire.video),
    isCall: true,
  }),
  'GET /v1/videos': videos({
    id: 'listVideos',
    summary: "The caller's own, in pages.",
    query: z.looseObject({
      after: z.string().optional(),
      limit: z.coerce.number().int().optional(),
      order: z.enum(['asc', 'desc']).optional(),
    }),
    answer: json(wire.list),
  }),
  'GET /v1/videos/{id}/content': videos({
    id: 'getVideoContent',
    summary: 'The file, or the part that Range asks for.',
    query: z.looseObject({ variant: z.string().optional() }),
    answer: { 'video/*': undefined, 'image/*': undefined, 'application/octet-stream': undefined },
    isSigned: true,
  }),
  'POST /v1/videos/{id}/remix': videos({
    id: 'remixVideo',
    summary: 'Changes a finished video.',
    ...begun,
    answer: json(wire.video),
    isCall: true,
  }),
  'GET /v1/videos/{id}': videos({ id: 'getVideo', summary: 'How far it is.', answer: json(wire.video) }),
  'DELETE /v1/videos/{id}': videos({ id: 'deleteVideo', summary: 'Forgets it.', answer: json(wire.deleted) }),
  'POST /v1/video/generations': videos({
    id: 'createVideoTask',
    summary: "Begins a video, as aggregators' clients do.",
    ...begun,
    answer: json(wire.task),
    isCall: true,
  }),
  'GET /v1/video/generations/{id}': videos({
    id: 'getVideoTask',
    summary: 'How far it is, and where the file is.',
    answer: json(wire.task),
  }),
  'POST /v1/webhooks/{id}': videos({
    id: 'tellNews',
    summary: 'A vendor tells that there is news of a job.',
    body: { json: z.looseObject({}), isRequired: false },
    answer: json(z.object({ received: z.literal(true) })),
    isSigned: true,
  }),
  'GET /v1/media/{id}/content': videos({
    id: 'getFile',
    summary: 'What is at an address that was handed out.',
    answer: { 'image/*': undefined, 'video/*': undefined, 'application/octet-stream': undefined },
    isSigned: true,
  }),
};
