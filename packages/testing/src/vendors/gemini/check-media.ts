import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { imageRatios, imageSizes } from './draw-content.ts';
import { kindOf, type ModelKind } from './model-kinds.ts';

const combinations: Readonly<Partial<Record<ModelKind, readonly string[]>>> = {
  image: ['TEXT, IMAGE', 'IMAGE'],
  speech: ['AUDIO'],
};

/** What Google refuses about images and speech in an answer, in its words. */
export function checkMedia(body: JsonObject, model: string): string | undefined {
  const kind = kindOf(model);
  const config = isJsonObject(body.generationConfig) ? body.generationConfig : {};
  const problem = checkModalities(config, kind, model);
  if (problem !== undefined || kind === 'chat') return problem;
  if ((readNumber(config.candidateCount) ?? 1) > 1)
    return 'Multiple candidates is not enabled for this model';
  if (kind === 'image') return checkImageConfig(config);
  return body.systemInstruction === undefined
    ? checkVoices(config)
    : `Developer instruction is not enabled for models/${model}`;
}

function checkModalities(config: JsonObject, kind: ModelKind, model: string): string | undefined {
  const asked = readList(config.responseModalities).map((name) => String(name).toUpperCase());
  if (kind === 'chat') {
    const other = asked.find((name) => name !== 'TEXT');
    return other === undefined
      ? undefined
      : `Model does not support the requested response modalities: ${other.toLowerCase()}`;
  }
  const known = combinations[kind] ?? [];
  const isUsual = asked.length === 0 && kind === 'image';
  if (isUsual || known.some((names) => isSame(names.split(', '), asked))) return undefined;
  const named = asked.length === 0 ? 'TEXT' : asked.join(', ');
  return `The requested combination of response modalities (${named}) is not supported by the model. models/${model} accepts the following combination of response modalities:\n${known.map((names) => `* ${names}\n`).join('')}`;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}

function checkImageConfig({ imageConfig }: JsonObject): string | undefined {
  if (!isJsonObject(imageConfig)) return undefined;
  const { aspectRatio, imageSize } = imageConfig;
  if (aspectRatio !== undefined && !isIn(imageRatios, aspectRatio)) {
    return `aspect_ratio must be one of ${imageRatios.map((ratio) => `'${ratio}'`).join(', ')}.`;
  }
  return imageSize === undefined || isIn(imageSizes, imageSize)
    ? undefined
    : `image_size must be one of ${imageSizes.map((size) => `'${size}'`).join(', ')}.`;
}

function isIn(known: readonly string[], value: unknown): boolean {
  return known.some((one) => one === value);
}

/** https://ai.google.dev/gemini-api/docs/speech-generation#voice-options. */
const voices =
  'achernar, achird, algenib, algieba, alnilam, aoede, autonoe, callirrhoe, charon, despina, enceladus, erinome, fenrir, gacrux, iapetus, kore, laomedeia, leda, orus, puck, pulcherrima, rasalgethi, sadachbia, sadaltager, schedar, sulafat, umbriel, vindemiatrix, zephyr, zubenelgenubi';

function checkVoices({ speechConfig }: JsonObject): string | undefined {
  if (!isJsonObject(speechConfig)) return undefined;
  const several = speechConfig.multiSpeakerVoiceConfig;
  const speakers = isJsonObject(several)
    ? readList(several.speakerVoiceConfigs).filter(isJsonObject)
    : undefined;
  if (speakers !== undefined && speakers.length !== 2) {
    return '* GenerateContentRequest.generation_config.speech_config.multi_speaker_voice_config: the number of enabled_voices must equal 2.\n';
  }
  const wrong = [speechConfig, ...(speakers ?? [])]
    .map(readVoice)
    .find((name) => name !== undefined && !voices.split(', ').includes(name.toLowerCase()));
  return wrong === undefined
    ? undefined
    : `Voice name ${wrong} is not supported. Allowed voice names are: ${voices}`;
}

/** The prebuilt voice's name. */
export function readVoice({ voiceConfig }: JsonObject): string | undefined {
  const prebuilt = isJsonObject(voiceConfig) ? voiceConfig.prebuiltVoiceConfig : undefined;
  return isJsonObject(prebuilt) ? readString(prebuilt.voiceName) : undefined;
}
