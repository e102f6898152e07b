import { parseArgs } from 'node:util';
import { type Environment, realUpstreams } from '../upstreams.ts';

/** What was said when the example was started: `npm start -- --traffic`. */
export interface Command {
  readonly traffic: boolean;
}

/** Ends the process where it was told something that it cannot do. */
export function readCommand(environment: Environment = process.env): Command {
  const traffic = isAsked();
  const real = Object.keys(realUpstreams(environment));
  if (traffic && real.length > 0) {
    console.error(
      `--traffic makes calls all day long, and is for simulated upstreams only. There are keys of real ones in the environment: ${real.join(', ')}. Take them out, or start without --traffic.`,
    );
    process.exit(1);
  }
  return { traffic };
}

function isAsked(): boolean {
  try {
    return parseArgs({ options: { traffic: { type: 'boolean', default: false } } }).values.traffic;
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : String(error)}\nThere is: npm start -- --traffic`,
    );
    return process.exit(1);
  }
}
