/** What is asked in the playground. */
export interface ChatWish {
  readonly model: string;
  /** Empty: there is none. */
  readonly system: string;
  readonly user: string;
  /** 0 to 2; undefined: the model's own. */
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
}

/** The fields of the form, as they were typed. */
export interface ChatForm {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  readonly temperature: string;
  readonly maxTokens: string;
}

export const emptyChatForm: ChatForm = { model: '', system: '', user: '', temperature: '', maxTokens: '' };

/** By field, what is wrong with it: the name of a word of the page. */
export type ChatFormErrors = Partial<
  Record<keyof ChatForm, 'errorNoModel' | 'errorNoMessage' | 'errorTemperature' | 'errorMaxTokens'>
>;

/** The wish, or by field what is wrong. */
export function readChatForm(form: ChatForm): {
  readonly wish: ChatWish;
  readonly errors: ChatFormErrors;
} {
  const temperature = numberOf(form.temperature);
  const maxTokens = numberOf(form.maxTokens);
  const errors: ChatFormErrors = {};
  if (form.model === '') errors.model = 'errorNoModel';
  if (form.user.trim() === '') errors.user = 'errorNoMessage';
  if (temperature !== undefined && !(temperature >= 0 && temperature <= 2))
    errors.temperature = 'errorTemperature';
  if (maxTokens !== undefined && !(Number.isSafeInteger(maxTokens) && maxTokens > 0))
    errors.maxTokens = 'errorMaxTokens';
  return {
    errors,
    wish: {
      model: form.model,
      system: form.system,
      user: form.user,
      temperature: errors.temperature === undefined ? temperature : undefined,
      maxTokens: errors.maxTokens === undefined ? maxTokens : undefined,
    },
  };
}

function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text.trim().replace(',', '.'));
}

export interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: 'system' | 'user'; readonly content: string }[];
  readonly temperature?: number;
  readonly max_completion_tokens?: number;
}

/** In the words of OpenAI's Chat Completions, without what a stream has besides. */
export function bodyOf({ model, system, user, temperature, maxTokens }: ChatWish): ChatBody {
  return {
    model,
    messages: [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user', content: user },
    ],
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_completion_tokens: maxTokens }),
  };
}
