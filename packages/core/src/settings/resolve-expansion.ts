import { optionsError } from '../errors.ts';
import { type Expansion, usualInstructions } from '../protocol/expansion.ts';
import { suggest } from './suggest.ts';

const names = ['model', 'instructions', 'timeout'] as const;
/** Milliseconds. */
const usualTimeout = 20_000;

/** How the prompts for a model are rewritten before they go to it. @throws GatewayError `VE_OPTIONS_INVALID` */
export function resolveExpansion(model: string, given: unknown): Expansion | undefined {
  if (given === undefined) return undefined;
  const place = `models["${model}"].expand`;
  if (typeof given === 'string') return resolve(place, { model: given });
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw optionsError(`${place}: it must be the name of a chat model, or { ${names.join(', ')} }`);
  const [extra] = Object.keys(given).filter((key) => !names.some((name) => name === key));
  if (extra !== undefined)
    throw optionsError(
      `${place}: there is no "${extra}"; there can be ${names.join(', ')}.${suggest(extra, names)}`,
    );
  return resolve(place, given);
}

function resolve(
  place: string,
  given: { model?: unknown; instructions?: unknown; timeout?: unknown },
): Expansion {
  const { model, instructions, timeout = usualTimeout } = given;
  if (typeof model !== 'string' || model === '')
    throw optionsError(`${place}.model: it must be the name of a chat model`);
  if (typeof timeout !== 'number' || !(timeout > 0) || timeout === Number.POSITIVE_INFINITY)
    throw optionsError(`${place}.timeout: it must be a number of milliseconds above 0`);
  if (instructions === undefined) return { model, timeout, instructions: usualInstructions };
  if (typeof instructions !== 'string' || instructions.trim() === '')
    throw optionsError(`${place}.instructions: it must be a text`);
  return { model, timeout, instructions: () => instructions };
}
