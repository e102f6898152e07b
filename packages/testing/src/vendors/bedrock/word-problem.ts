import { nameStep, type PathStep, type ShapeProblem } from '../../wire/check-shape.ts';
import { type BedrockProblem, invalid } from './bedrock-errors.ts';

/**
 * What is wrong with a member as AWS's validation tells it. Members that are not known are refused here in the words of
 * Bedrock's model schemas; AWS itself may pass over some of them, which a caller had better not count on.
 */
export function wordProblem({ path, problem, value }: ShapeProblem): BedrockProblem {
  const place = wordPath(path);
  switch (problem.type) {
    case 'missing':
      return violation(`Value at '${place}'`, 'Member must not be null');
    case 'unknown-field':
      return invalid(
        `Malformed input request: #/${path.slice(0, -1).map(nameStep).join('/')}: extraneous key [${nameStep(path.at(-1))}] is not permitted, please reformat your input and try again.`,
      );
    case 'not-one-of':
      return violation(
        `Value '${String(value)}' at '${place}'`,
        `Member must satisfy enum value set: [${problem.expected.join(', ')}]`,
      );
    case 'no-match':
      return violation(
        `Value '${String(value)}' at '${place}'`,
        `Member must satisfy regular expression pattern: ${problem.pattern}`,
      );
    case 'too-small':
      return violation(
        `Value '${String(value)}' at '${place}'`,
        `Member must have value greater than or equal to ${problem.limit}`,
      );
    case 'too-large':
      return violation(
        `Value '${String(value)}' at '${place}'`,
        `Member must have value less than or equal to ${problem.limit}`,
      );
    case 'not-one-field':
      return invalid(
        `The object at ${path.map(nameStep).join('.')} must set exactly one of its keys, but sets ${problem.count}.`,
      );
    default:
      return {
        exception: 'SerializationException',
        status: 400,
        message: `Unexpected field type at '${place}'`,
      };
  }
}

function violation(subject: string, constraint: string): BedrockProblem {
  return invalid(`1 validation error detected: ${subject} failed to satisfy constraint: ${constraint}`);
}

/** Counts from 1: `messages.1.member.content`. */
function wordPath(path: readonly PathStep[]): string {
  return path.map((step) => (typeof step === 'number' ? `${step + 1}.member` : nameStep(step))).join('.');
}
