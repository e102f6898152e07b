import { defined, invalid, missing } from '../../dialects/shared/read.ts';
import { need, wantNumber } from '../../dialects/shared/want.ts';
import { GatewayError } from '../../errors.ts';
import type { TranscriptionRequest } from '../../protocol/audio.ts';
import type { Json } from '../../protocol/json.ts';
import type { Form, MediaBody, UploadedFile } from '../../protocol/media.ts';
import { readFields } from '../shared/read-fields.ts';
import { isNoAudio } from './sniff-audio.ts';

/** @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`, `VE_CONTENT_TYPE_UNSUPPORTED` for what is no form */
export function parseRequest(
  body: MediaBody,
  operation: TranscriptionRequest['operation'],
): TranscriptionRequest {
  if (!('form' in body))
    throw new GatewayError('VE_CONTENT_TYPE_UNSUPPORTED', { allow: ['multipart/form-data'] });
  const fields = readFields(body);
  const model = need(fields.text('model'), 'model');
  return defined({
    operation,
    model,
    file: fileOf(body.form),
    form: body.form,
    language: fields.text('language'),
    prompt: fields.text('prompt'),
    responseFormat: fields.text('response_format'),
    temperature: wantNumber(numberIn(fields.all['temperature']), 'temperature'),
    stream: fields.flag('stream') ?? false,
  });
}

const formats = 'flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav, webm';

function fileOf({ fields, files }: Form): UploadedFile {
  const [first, second] = files.filter(([name]) => name === 'file').map(([, file]) => file);
  if (second !== undefined) throw invalid('file', 'it is given twice; give it once');
  if (first === undefined) {
    if (fields.some(([name]) => name === 'file'))
      throw invalid('file', 'it must be a file, with a file name');
    throw missing('file');
  }
  if (first.size === 0) throw invalid('file', 'it is empty');
  if (isNoAudio(first)) throw invalid('file', `it is no sound; it must be one of ${formats}`);
  return first;
}

/** A form says numbers in text. */
function numberIn(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && /^\d{0,9}(?:\.\d+)?$/.test(value) ? Number(value) : value;
}
