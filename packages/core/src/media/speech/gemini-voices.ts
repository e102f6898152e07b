import type { SpeechRequest } from '../../protocol/audio.ts';
import { invalidHere } from '../shared/refuse.ts';

/** https://ai.google.dev/gemini-api/docs/speech-generation#voices */
const voices = (
  'Zephyr Puck Charon Kore Fenrir Leda Orus Aoede Callirrhoe Autonoe Enceladus Iapetus Umbriel Algieba ' +
  'Despina Erinome Algenib Rasalgethi Laomedeia Achernar Alnilam Schedar Gacrux Pulcherrima Achird Zubenelgenubi Vindemiatrix Sadachbia Sadaltager Sulafat'
).split(' ');

/** OpenAI's voices, and those of Google's that come nearest in pitch and manner. */
const nearest: ReadonlyMap<string, string> = new Map([
  ['alloy', 'Kore'],
  ['ash', 'Orus'],
  ['ballad', 'Umbriel'],
  ['cedar', 'Algieba'],
  ['coral', 'Aoede'],
  ['echo', 'Puck'],
  ['fable', 'Fenrir'],
  ['marin', 'Sulafat'],
  ['nova', 'Zephyr'],
  ['onyx', 'Charon'],
  ['sage', 'Vindemiatrix'],
  ['shimmer', 'Achernar'],
  ['verse', 'Iapetus'],
]);

const own = new Map(voices.map((name) => [name.toLowerCase(), name]));

/**
 * The voice by Google's name. `isOther`: it is not the one that was asked for. Undefined where the caller leaves it to the
 * model.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` that names the voices there are
 */
export function geminiVoice({
  voice,
}: SpeechRequest): { readonly name: string; readonly isOther: boolean } | undefined {
  if (voice === undefined) return undefined;
  const word = typeof voice === 'string' ? voice.toLowerCase() : '';
  const name = own.get(word);
  if (name !== undefined) return { name, isOther: false };
  const other = nearest.get(word);
  if (other !== undefined) return { name: other, isOther: true };
  const known = [...voices, ...nearest.keys()].join(', ');
  throw invalidHere('voice', `this model has no such voice; it has ${known}`);
}
