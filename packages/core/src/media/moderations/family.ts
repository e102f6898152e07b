import { defined, invalid, isList, isObject, missing, restOf } from '../../dialects/shared/read.ts';
import { need, wantName } from '../../dialects/shared/want.ts';
import type { Json } from '../../protocol/json.ts';
import type { MediaBody, MediaContext, MediaFamily, RenderedAnswer } from '../../protocol/media.ts';
import type {
  Judgement,
  ModerationInput,
  ModerationPart,
  ModerationRequest,
  ModerationResult,
} from '../../protocol/moderation.ts';
import { jsonOf } from '../shared/read-json.ts';

/** `/v1/moderations`: https://platform.openai.com/docs/api-reference/moderations/create. */
export const moderationsFamily: MediaFamily<ModerationRequest, ModerationResult> = {
  parseRequest,
  renderAnswer,
  usageOf: ({ usage }) => usage,
};

function parseRequest(wire: MediaBody): ModerationRequest {
  const body = jsonOf(wire);
  return defined({
    model: need(wantName(body['model'], 'model'), 'model'),
    inputs: parseInputs(body['input']),
    extra: restOf(body, ['model', 'input']),
  });
}

/** A list of texts is judged one by one, a list of parts as one. */
function parseInputs(input: Json | undefined): readonly ModerationInput[] {
  if (input === undefined || input === null) throw missing('input');
  if (typeof input === 'string') return [input];
  if (!isList(input)) throw invalid('input', 'it must be a string or an array');
  const [first] = input;
  if (first === undefined) throw invalid('input', 'it is empty; give at least one');
  if (isObject(first)) return [input.map((part, index) => parsePart(part, `input[${index}]`))];
  return input.map((item, index) => {
    if (typeof item === 'string') return item;
    throw invalid(`input[${index}]`, 'an array holds texts only, or parts only');
  });
}

function parsePart(part: Json, path: string): ModerationPart {
  if (!isObject(part)) throw invalid(path, 'an array holds texts only, or parts only');
  const { type, text, image_url } = part;
  const url = isObject(image_url) ? image_url['url'] : undefined;
  if (type === 'text' && typeof text === 'string') return { type, text };
  if (type === 'image_url' && typeof url === 'string') return { type: 'image', url };
  throw invalid(path, "it must be a part of the type 'text' or 'image_url'");
}

function renderAnswer(
  { id, model, judgements }: ModerationResult,
  _request: ModerationRequest,
  context: MediaContext,
): RenderedAnswer {
  const answer = defined({ id, model: model ?? context.model, results: judgements.map(renderJudgement) });
  return { type: 'application/json', body: Buffer.from(JSON.stringify(answer)) };
}

function renderJudgement({ isFlagged, categories, scores, appliedTypes }: Judgement): object {
  return defined({
    flagged: isFlagged,
    categories,
    category_scores: scores,
    category_applied_input_types: appliedTypes,
  });
}
