/** What an upstream answers to a question, so that its caller can tell whether all of it came, once, and in order. */
export function saidBy(question: string): string {
  return deltas(question).join('');
}

export function deltas(question: string): string[] {
  return ['You ', 'asked ', `"${question}" `, 'and ', 'that ', 'is ', 'all.'];
}
