/** Whether a model is asked at `:embedContent`; all others at `:predict`. */
export function embedsContent(model: string): boolean {
  return (model.includes('gemini') && model !== 'gemini-embedding-001') || model.includes('maas');
}
