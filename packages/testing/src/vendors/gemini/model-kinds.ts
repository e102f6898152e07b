/** What a model of Google's can be asked for, by its name. Videos are made by jobs. */
export type ModelKind = 'chat' | 'image' | 'speech' | 'embedding' | 'imagen' | 'video';

export function kindOf(model: string): ModelKind {
  if (model.startsWith('imagen')) return 'imagen';
  if (model.startsWith('veo')) return 'video';
  if (model.includes('embedding')) return 'embedding';
  if (/-tts\b/.test(model)) return 'speech';
  return /-image\b/.test(model) ? 'image' : 'chat';
}

const talking = ['generateContent', 'streamGenerateContent', 'countTokens'] as const;

export type GeminiMethod = (typeof talking)[number] | 'embedContent' | 'batchEmbedContents' | 'predict';

const methodsOfKind: Readonly<Record<ModelKind, readonly GeminiMethod[]>> = {
  chat: talking,
  image: talking,
  speech: talking,
  embedding: ['embedContent', 'batchEmbedContents', 'countTokens', 'predict'],
  imagen: ['predict'],
  video: [],
};

export function takesMethod(model: string, method: GeminiMethod): boolean {
  return methodsOfKind[kindOf(model)].includes(method);
}

/** As they are listed with the model. Vertex AI alone predicts embeddings. */
export function listMethods(model: string): readonly string[] {
  switch (kindOf(model)) {
    case 'embedding':
      return ['embedContent', 'countTextTokens', 'countTokens', 'asyncBatchEmbedContent'];
    case 'imagen':
      return ['predict'];
    case 'video':
      return ['predictLongRunning'];
    default:
      return ['generateContent', 'countTokens'];
  }
}

export function readMethod(name: string | undefined): GeminiMethod | undefined {
  return Object.values(methodsOfKind)
    .flat()
    .find((method) => method === name);
}
