import { convertUsage } from '../../../dialects/openai-chat/meter-usage.ts';
import { defined, entryOf, pick, wordOf } from '../../../dialects/shared/read.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import type {
  Judgement,
  ModerationInput,
  ModerationRequest,
  ModerationResult,
} from '../../../protocol/moderation.ts';
import { nameUntold } from '../../shared/name-untold.ts';
import { needList, readObject } from '../../shared/read-json.ts';
import { invalidHere } from '../../shared/refuse.ts';
import { checkJudgements, readCategories, readScores } from '../read-judgements.ts';

/** Mistral's `/v1/moderations`: `@mistralai/mistralai`, `classificationrequest.ts` and `moderationobject.ts`. */
export const mistralModerations: MediaFormat<ModerationRequest, ModerationResult> = {
  renderRequest,
  parseAnswer,
};

const passed = ['metadata'];

function renderRequest(request: ModerationRequest, model: string): RenderedMedia {
  const { inputs, extra } = request;
  const input = inputs.map((item) => textOf(item));
  return {
    json: { ...pick(extra ?? {}, passed), model, input },
    dropped: nameUntold(extra ?? {}, passed),
  };
}

/** It has no eyes. */
function textOf(input: ModerationInput): string {
  if (typeof input === 'string') return input;
  const texts = input.map((part) => {
    if (part.type === 'text') return part.text;
    throw invalidHere('input', 'this model judges text only');
  });
  return texts.join('\n');
}

/**
 * OpenAI's names for what means the same: `ModerationLLMV1CategoryThresholds` and `…V2…` of the SDK list Mistral's. Those that
 * it alone has, `pii` or `law`, keep their names.
 */
const names: Readonly<Record<string, string>> = {
  sexual: 'sexual',
  hate_and_discrimination: 'hate',
  violence_and_threats: 'violence',
  selfharm: 'self-harm',
  dangerous_and_criminal_content: 'illicit',
  dangerous: 'illicit',
  criminal: 'illicit',
};

function parseAnswer(answer: MediaAnswer, request: ModerationRequest): ModerationResult {
  const body = readObject(answer);
  const list = checkJudgements(needList(body['results'], 'results'), request);
  return defined({
    id: wordOf(body['id']),
    model: wordOf(body['model']),
    judgements: list.map(readJudgement),
    usage: convertUsage(body['usage']),
  });
}

function readJudgement(item: JsonObject): Judgement {
  const categories = rename(
    readCategories(item['categories']),
    (one, other) => one === true || other === true,
  );
  const scores = rename(readScores(item['category_scores']), (one, other) => Math.max(one ?? 0, other ?? 0));
  return {
    isFlagged: Object.values(categories).includes(true),
    categories,
    scores,
    appliedTypes: Object.fromEntries(Object.keys(categories).map((name) => [name, ['text']])),
  };
}

/** Two of its categories may be one of OpenAI's. */
function rename<Value>(
  judged: Readonly<Record<string, Value>>,
  join: (one: Value, other: Value) => Value,
): Record<string, Value> {
  const renamed = new Map<string, Value>();
  for (const [own, value] of Object.entries(judged)) {
    const name = entryOf(names, own) ?? own;
    const before = renamed.get(name);
    renamed.set(name, before === undefined ? value : join(before, value));
  }
  return Object.fromEntries(renamed);
}
