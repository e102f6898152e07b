import { type Expected, nameStep, type PathStep, type ShapeProblem } from '../../wire/check-shape.ts';
import { type GoogleProblem, misfit } from './google-errors.ts';

const kinds: Readonly<Record<Expected, string>> = {
  text: 'TYPE_STRING',
  number: 'TYPE_DOUBLE',
  whole: 'TYPE_INT32',
  flag: 'TYPE_BOOL',
  list: 'TYPE_MESSAGE',
  record: 'TYPE_MESSAGE',
};

/** What is wrong with a field as Google's JSON reader tells it: `Unknown name "x" at 'contents[0]': Cannot find field.` */
export function wordProblem({ path, problem, value }: ShapeProblem): GoogleProblem {
  if (problem.type === 'unknown-field') {
    const place = wordPath(path.slice(0, -1));
    const name = nameStep(path.at(-1));
    const at = place === '' ? '' : ` at '${place}'`;
    return misfit(`Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.`, place);
  }
  const place = wordPath(path);
  const kind = problem.type === 'wrong-type' ? kinds[problem.expected] : 'TYPE_ENUM';
  return misfit(`Invalid value at '${place}' (${kind}), ${JSON.stringify(value)}`, place);
}

/** In snake case, whatever case the caller wrote it in: `generation_config.top_k`, `contents[0].parts[1]`. */
function wordPath(path: readonly PathStep[]): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      if (typeof step === 'object') return '';
      return `.${step.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    })
    .join('')
    .replace(/^\./, '');
}
