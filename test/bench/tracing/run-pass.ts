/** A process of its own: what runs the tests changes what it loads, and with it what that costs. */
import { measurePass } from './measure-pass.ts';

console.log(JSON.stringify(await measurePass(40)));
process.exit();
