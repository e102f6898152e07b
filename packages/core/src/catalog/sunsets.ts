/** A day on which a vendor ends a model. */
export interface Sunset {
  /** `2026-10-23`: the first day, UTC, on which the vendor may refuse it. */
  readonly date: string;
  /** The model of the same vendor that takes its place; undefined where there is none like it. */
  readonly successor?: string;
}

type Dated = Readonly<Record<string, readonly [date: string, successor?: string]>>;

/** https://platform.openai.com/docs/deprecations, as of November 2026. */
const openai: Dated = {
  'chatgpt-4o-latest': ['2026-02-17', 'gpt-chat-latest'],
  'gpt-4-32k': ['2025-06-06', 'gpt-5.6-sol'],
  'gpt-4-0314': ['2026-03-26', 'gpt-5.6-sol'],
  'gpt-4-0125-preview': ['2026-03-26', 'gpt-5.6-sol'],
  'gpt-4-turbo-preview': ['2026-03-26', 'gpt-5.6-sol'],
  'dall-e-2': ['2026-05-12', 'gpt-image-2'],
  'dall-e-3': ['2026-05-12', 'gpt-image-2'],
  'computer-use-preview': ['2026-07-23', 'gpt-5.4-mini'],
  'gpt-4o-audio-preview': ['2026-07-23', 'gpt-audio-1.5'],
  'gpt-4o-mini-audio-preview': ['2026-07-23', 'gpt-audio-mini'],
  'gpt-4o-mini-realtime-preview': ['2026-07-23', 'gpt-realtime-2.1-mini'],
  'gpt-4o-search-preview': ['2026-07-23', 'gpt-5.4-mini'],
  'gpt-4o-mini-search-preview': ['2026-07-23', 'gpt-5.4-mini'],
  'gpt-5-chat-latest': ['2026-07-23', 'gpt-chat-latest'],
  'gpt-5.1-chat-latest': ['2026-07-23', 'gpt-chat-latest'],
  'gpt-5-codex': ['2026-07-23', 'gpt-5.4'],
  'gpt-5.1-codex': ['2026-07-23', 'gpt-5.4'],
  'gpt-5.1-codex-max': ['2026-07-23', 'gpt-5.4'],
  'gpt-5.1-codex-mini': ['2026-07-23', 'gpt-5.4-mini'],
  'gpt-5.2-codex': ['2026-07-23', 'gpt-5.4'],
  'o3-deep-research': ['2026-07-23', 'gpt-5.4-pro'],
  'o4-mini-deep-research': ['2026-07-23', 'gpt-5.4-pro'],
  'gpt-5.2-chat-latest': ['2026-08-10', 'gpt-5.5'],
  'gpt-5.3-chat-latest': ['2026-08-10', 'gpt-5.5'],
  'sora-2': ['2026-09-24'],
  'sora-2-pro': ['2026-09-24'],
  'gpt-3.5-turbo-instruct': ['2026-09-28'],
  'babbage-002': ['2026-09-28'],
  'davinci-002': ['2026-09-28'],
  'gpt-3.5-turbo-1106': ['2026-09-28', 'gpt-5.6-terra'],
  'gpt-3.5-turbo': ['2026-10-23', 'gpt-5.6-terra'],
  'gpt-3.5-turbo-0125': ['2026-10-23', 'gpt-5.6-terra'],
  'gpt-4': ['2026-10-23', 'gpt-5.6-sol'],
  'gpt-4-0613': ['2026-10-23', 'gpt-5.6-sol'],
  'gpt-4-1106-preview': ['2026-10-23', 'gpt-5.6-sol'],
  'gpt-4-turbo': ['2026-10-23', 'gpt-5.6-sol'],
  'gpt-4o-2024-05-13': ['2026-10-23', 'gpt-5.6-sol'],
  'gpt-4.1-nano': ['2026-10-23', 'gpt-5.6-luna'],
  o1: ['2026-10-23', 'gpt-5.6-sol'],
  'o1-pro': ['2026-10-23', 'gpt-5.6-sol'],
  'o3-mini': ['2026-10-23', 'gpt-5.6-sol'],
  'o4-mini': ['2026-10-23', 'gpt-5.6-terra'],
  'gpt-image-1': ['2026-10-23', 'gpt-image-2'],
  'gpt-image-1-mini': ['2026-12-01', 'gpt-image-2.6-flare'],
  'gpt-image-1.5': ['2026-12-01', 'gpt-image-2.6-sunburst'],
  'chatgpt-image-latest': ['2026-12-01', 'gpt-image-2.6-sunburst'],
  'gpt-5': ['2026-12-11', 'gpt-6.1-sol'],
  'gpt-5-mini': ['2026-12-11', 'gpt-6.1-terra'],
  'gpt-5-nano': ['2026-12-11', 'gpt-6-luna'],
  'gpt-5-pro': ['2026-12-11', 'gpt-5.5-pro'],
  o3: ['2026-12-11', 'gpt-6.1-sol'],
  'o3-pro': ['2026-12-11', 'gpt-5.5-pro'],
  'tts-1': ['2027-01-06'],
  'tts-1-hd': ['2027-01-06'],
  'gpt-4o-mini-tts': ['2027-01-06'],
  'gpt-4o': ['2027-01-14', 'gpt-6-luna'],
  'gpt-4o-mini': ['2027-01-14', 'gpt-6-luna'],
  'gpt-4.1': ['2027-01-14', 'gpt-6-luna'],
  'gpt-4.1-mini': ['2027-01-14', 'gpt-6-luna'],
  'gpt-realtime': ['2027-01-20', 'gpt-realtime-2.1'],
  'gpt-realtime-mini': ['2027-01-20', 'gpt-realtime-2.1-mini'],
  'gpt-audio': ['2027-01-20', 'gpt-audio-1.5'],
  'whisper-1': ['2027-02-26', 'gpt-transcribe'],
  'gpt-4o-transcribe': ['2027-02-26', 'gpt-transcribe'],
  'gpt-4o-mini-transcribe': ['2027-02-26', 'gpt-transcribe'],
  'gpt-4o-transcribe-diarize': ['2027-02-26', 'gpt-transcribe'],
  'gpt-5.1': ['2027-04-01', 'gpt-6.1-sol'],
  'gpt-5.3-codex': ['2027-04-01', 'gpt-6.1-sol'],
  'gpt-5.4-nano': ['2027-04-01', 'gpt-6-luna'],
};

/** https://platform.claude.com/docs/en/about-claude/model-deprecations, and `DEPRECATED_MODELS` of @anthropic-ai/sdk. */
const anthropic: Dated = {
  'claude-2': ['2025-07-21', 'claude-sonnet-5-5'],
  'claude-2.0': ['2025-07-21', 'claude-sonnet-5-5'],
  'claude-2.1': ['2025-07-21', 'claude-sonnet-5-5'],
  'claude-3-sonnet': ['2025-07-21', 'claude-sonnet-5-5'],
  'claude-3-5-sonnet': ['2025-10-28', 'claude-sonnet-5-5'],
  'claude-3-opus': ['2026-01-05', 'claude-opus-5-5'],
  'claude-3-5-haiku': ['2026-02-19', 'claude-haiku-5-5'],
  'claude-3-7-sonnet': ['2026-02-19', 'claude-sonnet-5-5'],
  'claude-3-haiku': ['2026-04-20', 'claude-haiku-5-5'],
  'claude-opus-4': ['2026-06-15', 'claude-opus-4-8'],
  'claude-opus-4-0': ['2026-06-15', 'claude-opus-4-8'],
  'claude-sonnet-4': ['2026-06-15', 'claude-sonnet-4-6'],
  'claude-sonnet-4-0': ['2026-06-15', 'claude-sonnet-4-6'],
  'claude-opus-4-1': ['2026-08-05', 'claude-opus-4-8'],
  'claude-sonnet-4-5': ['2026-11-30', 'claude-sonnet-5-5'],
};

/** https://ai.google.dev/gemini-api/docs/deprecations and /changelog */
const gemini: Dated = {
  'text-embedding-004': ['2026-01-14', 'gemini-embedding-001'],
  'gemini-3-pro-preview': ['2026-03-09', 'gemini-3.1-pro-preview'],
  // A name of callers for the same.
  'gemini-3.0-pro': ['2026-03-09', 'gemini-3.1-pro-preview'],
  'gemini-3.1-flash-lite-preview': ['2026-05-25', 'gemini-3.1-flash-lite'],
  'gemini-2.0-flash': ['2026-06-01', 'gemini-3.5-flash'],
  'gemini-2.0-flash-001': ['2026-06-01', 'gemini-3.5-flash'],
  'gemini-2.0-flash-lite': ['2026-06-01', 'gemini-3.1-flash-lite'],
  'gemini-2.0-flash-lite-001': ['2026-06-01', 'gemini-3.1-flash-lite'],
  'gemini-3-pro-image-preview': ['2026-06-25', 'gemini-3-pro-image'],
  'gemini-3.1-flash-image-preview': ['2026-06-25', 'gemini-3.1-flash-image'],
  'veo-2.0-generate-001': ['2026-06-30', 'veo-3.1-generate-preview'],
  'veo-3.0-generate-001': ['2026-06-30', 'veo-3.1-generate-preview'],
  'veo-3.0-fast-generate-001': ['2026-06-30', 'veo-3.1-fast-generate-preview'],
  'imagen-4.0-generate-001': ['2026-08-17', 'gemini-3.1-flash-image'],
  'imagen-4.0-fast-generate-001': ['2026-08-17', 'gemini-3.1-flash-lite-image'],
  'imagen-4.0-ultra-generate-001': ['2026-08-17', 'gemini-3-pro-image'],
  'gemini-2.5-pro': ['2026-12-01', 'gemini-3.8-flash'],
  'gemini-2.5-flash': ['2026-12-01', 'gemini-3.5-flash-lite'],
};

/** https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/veo/3-0-generate */
const vertex: Dated = {
  'veo-3.0-generate-001': ['2026-06-30', 'veo-3.1-generate-001'],
  'veo-3.0-fast-generate-001': ['2026-06-30', 'veo-3.1-fast-generate-001'],
};

/** https://docs.x.ai/docs/migration/may-15-retirement */
const xai: Dated = {
  'grok-3': ['2026-05-15', 'grok-4.3'],
  'grok-4': ['2026-05-15', 'grok-4.3'],
  'grok-4-0709': ['2026-05-15', 'grok-4.3'],
  'grok-4-fast-reasoning': ['2026-05-15', 'grok-4.3'],
  'grok-4-fast-non-reasoning': ['2026-05-15', 'grok-4.20-non-reasoning'],
  'grok-4-1-fast-reasoning': ['2026-05-15', 'grok-4.3'],
  'grok-4-1-fast-non-reasoning': ['2026-05-15', 'grok-4.20-non-reasoning'],
  'grok-code-fast-1': ['2026-05-15', 'grok-4.3'],
  'grok-imagine-image-pro': ['2026-05-15', 'grok-imagine-image-quality'],
};

/** https://api-docs.deepseek.com/updates */
const deepseek: Dated = {
  'deepseek-chat': ['2026-07-24', 'deepseek-v4-flash'],
  'deepseek-reasoner': ['2026-07-24', 'deepseek-v4-flash'],
};

/** By the vendor's short name. A model that two vendors serve ends at each of them when that one says. */
const byVendor: ReadonlyMap<string, ReadonlyMap<string, Sunset>> = new Map(
  Object.entries({ anthropic, deepseek, gemini, openai, vertex, xai }).map(([vendor, models]) => [
    vendor,
    new Map(
      Object.entries(models).map(([model, [date, successor]]) => [
        model,
        { date, ...(successor === undefined ? {} : { successor }) },
      ]),
    ),
  ]),
);

/** Undefined where the vendor has not said that it ends the model. A dated version of a model ends with it. */
export function sunsetOf(vendor: string, model: string): Sunset | undefined {
  const models = byVendor.get(vendor);
  return models?.get(model) ?? models?.get(model.replace(/[@-](?:\d{8}|\d{4}-\d\d-\d\d|latest)$/, ''));
}

/** The models of a vendor whose end is known. */
export function sunsetsOf(vendor: string): ReadonlyMap<string, Sunset> {
  return byVendor.get(vendor) ?? new Map();
}
