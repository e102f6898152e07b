/** Names that the Gemini API serves: https://ai.google.dev/gemini-api/docs/models. */
export const geminiModels = [
  'gemini-3.0-pro',
  'gemini-3-pro-preview',
  'gemini-3-flash-preview',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'gemini-2.5-flash-lite',
] as const;
