import { type Expected, nameStep, type ShapeProblem } from '../../wire/check-shape.ts';

const kinds: Readonly<Record<Expected, string>> = {
  text: 'a valid string',
  number: 'a valid number',
  whole: 'a valid integer',
  flag: 'a valid boolean',
  list: 'a valid list',
  record: 'a valid dictionary',
};

/** What is wrong with a field as Anthropic's validation (Pydantic's words) tells it: `messages.0.role: Input should be …`. */
export function wordProblem({ path, problem, value }: ShapeProblem): string {
  const place = path.map(nameStep).join('.');
  return `${place === '' ? 'body' : place}: ${wordCause(problem, value)}`;
}

function wordCause(problem: ShapeProblem['problem'], value: unknown): string {
  switch (problem.type) {
    case 'missing':
      return 'Field required';
    case 'unknown-field':
      return 'Extra inputs are not permitted';
    case 'wrong-type':
      return `Input should be ${kinds[problem.expected]}`;
    case 'not-one-of':
      return `Input should be ${listWords(problem.expected, ' or ')}`;
    case 'wrong-tag':
      return `Input tag '${String(value)}' found using '${problem.tag}' does not match any of the expected tags: ${problem.expected.map(quote).join(', ')}`;
    case 'no-match':
      return `String should match pattern '${problem.pattern}'`;
    case 'too-long':
      return `String should have at most ${problem.limit} characters`;
    case 'too-small':
      return `Input should be greater than or equal to ${problem.limit}`;
    case 'too-large':
      return `Input should be less than or equal to ${problem.limit}`;
    default:
      return 'Input should have exactly one field';
  }
}

function listWords(words: readonly string[], last: string): string {
  const quoted = words.map(quote);
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')}${last}${quoted.at(-1) ?? ''}`;
}

function quote(word: string): string {
  return `'${word}'`;
}
