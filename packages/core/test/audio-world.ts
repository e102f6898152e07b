import { wavHeader } from '../src/media/speech/write-wav.ts';
import { transcriptionsFamily } from '../src/media/transcriptions/family.ts';
import type { TranscriptionRequest } from '../src/protocol/audio.ts';
import type { Form, UploadedFile } from '../src/protocol/media.ts';

/** Two seconds of silence. */
export const wav: Buffer = Buffer.concat([wavHeader({ rate: 24_000 }, 96_000), Buffer.alloc(96_000)]);

export function soundOf(bytes: Buffer, type: string = 'application/octet-stream'): UploadedFile {
  async function* open(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 10);
    yield bytes.subarray(10);
  }
  return { name: 'a.wav', type, size: bytes.length, start: bytes.subarray(0, 4_096), open };
}

export type Field = readonly [name: string, value: string];

export function formOf(fields: readonly Field[] = [], file: UploadedFile = soundOf(wav)): Form {
  return { fields: [['model', 'alias'], ...fields], files: [['file', file]] };
}

/** What a caller wants who sends these fields with the silence. */
export function transcribe(...fields: readonly Field[]): TranscriptionRequest {
  return transcriptionsFamily.parseRequest({ form: formOf(fields) });
}
