import type { Expected, PathStep, ShapeProblem } from '../../wire/check-shape.ts';
import type { Complaint } from '../dialect.ts';

const kinds: Readonly<Record<Expected, string>> = {
  text: 'a string',
  number: 'a decimal',
  whole: 'an integer',
  flag: 'a boolean',
  list: 'an array',
  record: 'an object',
};

/** What is wrong with a field as OpenAI tells it: `Unknown parameter: 'input[0].foo'.` */
export function wordProblem({ path, problem, value }: ShapeProblem): Complaint {
  const param = wordPath(path);
  switch (problem.type) {
    case 'missing':
      return complain(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
    case 'unknown-field':
      return complain(`Unknown parameter: '${param}'.`, param, 'unknown_parameter');
    case 'wrong-type':
      return complain(
        `Invalid type for '${param}': expected ${kinds[problem.expected]}, but got ${kindOf(value)} instead.`,
        param,
        'invalid_type',
      );
    case 'not-one-of':
      return notSupported(param, value, problem.expected);
    case 'wrong-tag':
      return notSupported(`${param}.${problem.tag}`, value, problem.expected);
    case 'no-match':
      return complain(wordPattern(param, String(value), problem.pattern), param, 'invalid_value');
    case 'too-long':
      return complain(
        `Invalid '${param}': string too long. Expected a string with maximum length ${problem.limit}, but got a string with length ${String(value).length} instead.`,
        param,
        'string_above_max_length',
      );
    case 'too-small':
      return wordRange(param, value, {
        word: 'below minimum',
        sign: '>=',
        code: 'below_min',
        limit: problem.limit,
      });
    case 'too-large':
      return wordRange(param, value, {
        word: 'above maximum',
        sign: '<=',
        code: 'above_max',
        limit: problem.limit,
      });
    default:
      return complain(`Invalid '${param}'.`, param, 'invalid_value');
  }
}

export function complain(message: string, param: string, code: string | null = null): Complaint {
  return { type: 'parameter-invalid', message, param, code };
}

/** `input[0].content[1].text`. */
function wordPath(path: readonly PathStep[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : typeof step === 'object' ? '' : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

export function notSupported(param: string, value: unknown, expected: readonly string[]): Complaint {
  const words = expected.map((word) => `'${word}'`);
  const supported =
    words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')}, and ${words.at(-1)}`;
  return complain(
    `Invalid value: '${String(value)}'. Supported values are: ${supported}.`,
    param,
    'invalid_value',
  );
}

function wordPattern(param: string, value: string, pattern: string): string {
  const [, prefix] = /^\^([a-z]+)$/.exec(pattern) ?? [];
  return prefix === undefined
    ? `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`
    : `Invalid '${param}': '${value}'. Expected an ID that begins with '${prefix}'.`;
}

function wordRange(
  param: string,
  value: unknown,
  { word, sign, code, limit }: { word: string; sign: string; code: string; limit: number },
): Complaint {
  const kind = Number.isInteger(limit) && Number.isInteger(value) ? 'integer' : 'decimal';
  return complain(
    `Invalid '${param}': ${kind} ${word} value. Expected a value ${sign} ${limit}, but got ${String(value)} instead.`,
    param,
    `${kind}_${code}_value`,
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'an integer' : 'a decimal';
    case 'object':
      return 'an object';
    case 'boolean':
      return 'a boolean';
    default:
      return 'a string';
  }
}
