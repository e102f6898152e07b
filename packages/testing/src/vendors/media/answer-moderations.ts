import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import { either, list, record, tagged, text } from '../../wire/shape.ts';
import type { Complaint } from '../dialect.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import type { MediaQuestion } from './media-question.ts';

const part = tagged('type', {
  text: record({ 'type!': text, 'text!': text }),
  image_url: record({ 'type!': text, 'image_url!': record({ 'url!': text }) }),
});

const shape = record({ model: text, 'input!': either(text, list(either(text, part))) });

/** What a category is found by, and whether images are looked at for it. */
const categories: readonly (readonly [name: string, words: RegExp, seesImages: boolean])[] = [
  ['harassment', /\b(idiot|stupid|loser)/i, false],
  ['harassment/threatening', /\bkill you\b/i, false],
  ['sexual', /\b(porn|naked)/i, true],
  ['hate', /\bhate (them|all)\b/i, false],
  ['hate/threatening', /\bhate .* kill/i, false],
  ['illicit', /\b(bomb|cocaine)/i, false],
  ['illicit/violent', /\bbomb/i, false],
  ['self-harm/intent', /\bkill myself\b/i, true],
  ['self-harm/instructions', /\bhow to kill myself\b/i, true],
  ['self-harm', /\b(kill myself|suicide)\b/i, true],
  ['sexual/minors', /(?!)/, false],
  ['violence', /\b(kill|murder|forbidden)/i, true],
  ['violence/graphic', /\b(gore|blood)/i, true],
];

/**
 * What is flagged depends on words, such as "kill"; a script's `content_filter` flags everything as violence. Texts of a list
 * have a result each, parts of one input have one together, as OpenAI's do.
 */
export function answerModerations(question: MediaQuestion): PlannedAnswer | Complaint {
  const { body, model, seed } = question;
  const problem = checkShape(body, shape);
  if (problem !== undefined) return wordProblem(problem);
  const inputs = readInputs(body.input);
  const images = inputs.flatMap(({ images: of }) => of);
  if (inputs.length === 0) return complain("Invalid 'input': empty array.", 'input', 'empty_array');
  if (images.length > 1) return complain('Only one image is supported per request.', 'input');
  const seesImages = model.startsWith('omni');
  if (images.length > 0 && !seesImages) {
    return complain(`Moderation model '${model}' does not support image inputs.`, 'input');
  }
  const results = inputs.map((input, index) => judge(input, isBlocked(question, index), seesImages));
  return jsonAnswer(200, { id: `modr-${hexOf(seed, 24)}`, model, results }, { indent: 2 });
}

interface Input {
  readonly texts: readonly string[];
  readonly images: readonly string[];
}

function readInputs(input: unknown): readonly Input[] {
  if (typeof input === 'string') return [{ texts: [input], images: [] }];
  if (!Array.isArray(input) || input.length === 0) return [];
  const parts = input.filter(isJsonObject);
  if (parts.length === 0) return input.map((item) => ({ texts: [String(item)], images: [] }));
  return [
    {
      texts: parts.flatMap((item) => readString(item.text) ?? []),
      images: parts.flatMap(({ image_url: image }) =>
        isJsonObject(image) ? (readString(image.url) ?? []) : [],
      ),
    },
  ];
}

function isBlocked({ script, request }: MediaQuestion, index: number): boolean {
  const reply = script?.(request, index);
  return typeof reply === 'object' && reply.finishReason === 'content_filter';
}

/** Of an image the words of its address are seen. */
function judge({ texts, images }: Input, isScripted: boolean, seesImages: boolean): JsonObject {
  const found = categories.map(([name, words, isVisible]) => {
    const seen = isVisible ? [...texts, ...images] : texts;
    const isFlagged = seen.some((said) => words.test(said)) || (isScripted && name === 'violence');
    const types = [
      ...(texts.length > 0 ? ['text'] : []),
      ...(isVisible && seesImages && images.length > 0 ? ['image'] : []),
    ];
    return { name, isFlagged, types };
  });
  const of = (value: (item: (typeof found)[number]) => unknown): JsonObject =>
    Object.fromEntries(found.map((item) => [item.name, value(item)]));
  return {
    flagged: found.some(({ isFlagged }) => isFlagged),
    categories: of(({ isFlagged }) => isFlagged),
    category_scores: of(({ isFlagged }) => (isFlagged ? 0.97 : 0.00001)),
    category_applied_input_types: of(({ types }) => types),
  };
}
