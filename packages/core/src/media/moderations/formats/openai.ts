import { defined, wordOf } from '../../../dialects/shared/read.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import type {
  ModerationInput,
  ModerationPart,
  ModerationRequest,
  ModerationResult,
} from '../../../protocol/moderation.ts';
import { needList, readObject } from '../../shared/read-json.ts';
import { checkJudgements, readCategories, readScores, readTypes } from '../read-judgements.ts';

/** OpenAI's `/v1/moderations`: `openai/resources/moderations.d.ts`. */
export const openaiModerations: MediaFormat<ModerationRequest, ModerationResult> = {
  renderRequest,
  parseAnswer,
};

function renderRequest({ inputs, extra }: ModerationRequest, model: string): RenderedMedia {
  return { json: { ...extra, model, input: renderInputs(inputs) }, dropped: [] };
}

function renderInputs(inputs: readonly ModerationInput[]): Json {
  const [only] = inputs;
  if (inputs.length !== 1 || only === undefined)
    return inputs.map((input) => (typeof input === 'string' ? input : input.map(renderPart)));
  return typeof only === 'string' ? only : only.map(renderPart);
}

function renderPart(part: ModerationPart): JsonObject {
  return part.type === 'text'
    ? { type: 'text', text: part.text }
    : { type: 'image_url', image_url: { url: part.url } };
}

function parseAnswer(answer: MediaAnswer, request: ModerationRequest): ModerationResult {
  const body = readObject(answer);
  const list = checkJudgements(needList(body['results'], 'results'), request);
  return defined({
    id: wordOf(body['id']),
    model: wordOf(body['model']),
    judgements: list.map((item) =>
      defined({
        isFlagged: item['flagged'] === true,
        categories: readCategories(item['categories']),
        scores: readScores(item['category_scores']),
        appliedTypes: readTypes(item['category_applied_input_types']),
      }),
    ),
  });
}
