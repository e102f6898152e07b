import type { Part } from '../../protocol/chat-answer.ts';
import type { Signature } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, isObject, protocolError, restOf, stringOf } from '../shared/read.ts';
import { checkArguments } from '../shared/said.ts';
import { makeCallId } from './call-ids.ts';
import { extraOf } from './own-extra.ts';
import { assembleArguments } from './partial-args.ts';
import { field, spellings } from './read.ts';
import { parseSignature } from './signature.ts';
import { toInput } from './tool-arguments.ts';

/** Reads the function calls of one candidate, each in one piece or in many. */
export interface CallParser {
  /** Takes a part with a function call; `nextBlock` is asked for a number when a new call begins. */
  push(part: JsonObject, call: JsonObject, context: CallContext): readonly Part[];
  /** The candidate is over, and with it what is still open. */
  end(): readonly Part[];
  readonly hasCalls: boolean;
}

export interface CallContext {
  readonly answerId: string | undefined;
  nextBlock(): number;
}

interface OpenCall {
  readonly block: number;
  readonly id: string;
  readonly wireId: string | undefined;
  readonly name: string;
  readonly extra: JsonObject;
  readonly pieces: ReturnType<typeof assembleArguments>;
  /** Arguments that are no object: nothing can be added to them. */
  whole: Json | undefined;
  signature: Signature | undefined;
}

const callFields = spellings('id', 'name', 'args', 'partialArgs', 'willContinue');
const partFields = spellings('functionCall', 'thoughtSignature');

export function parseCalls(choice: number): CallParser {
  const ids = new Set<string>();
  let open: OpenCall | undefined;

  const close = (): readonly Part[] => {
    if (open === undefined) return [];
    const { block, id, name, pieces, whole, signature, extra } = open;
    const at = { choice, block };
    const { format, input } = toInput(whole ?? pieces.result());
    open = undefined;
    return [
      { type: 'tool-input-start', ...at, id, name, format, ...extraOf(extra) },
      ...(input === '' ? [] : [{ type: 'tool-input-delta' as const, ...at, text: input }]),
      { type: 'tool-input-end', ...at, ...defined({ signature }) },
    ];
  };

  const begin = (part: JsonObject, call: JsonObject, context: CallContext): OpenCall => {
    const name = stringOf(field(call, 'name')) ?? '';
    if (name === '') throw protocolError('a piece of a function call that has not begun');
    const block = context.nextBlock();
    const wireId = stringOf(field(call, 'id'));
    const signature = parseSignature(part);
    const isUsable = wireId !== undefined && wireId !== '' && !ids.has(wireId);
    const id = isUsable ? wireId : makeCallId(context.answerId, choice, block, name, signature?.value);
    ids.add(id);
    const callRest = restOf(call, callFields);
    const extra = {
      ...restOf(part, partFields),
      ...defined({ functionCall: callRest }),
    };
    return { block, id, wireId, name, extra, pieces: assembleArguments(), whole: undefined, signature };
  };

  return {
    push(part, call, context) {
      const name = field(call, 'name');
      if (name !== undefined && typeof name !== 'string')
        throw protocolError('the name of a function must be a string');
      const args = field(call, 'args');
      const partial = field(call, 'partialArgs');
      // Only the first piece has the name; the last one may be empty.
      const goesOn = open !== undefined && (name === undefined || name === '' || isSameCall(open, call));
      const isNothing = (name === undefined || name === '') && args === undefined && partial === undefined;
      if (!goesOn && isNothing) return [];
      const ended = goesOn ? [] : close();
      open ??= begin(part, call, context);
      open.signature ??= parseSignature(part);
      checkArguments(args);
      if (isObject(args)) open.pieces.add(args);
      else if (args !== undefined) open.whole = wholeArguments(args);
      open.pieces.addPartial(partial);
      return field(call, 'willContinue') === true ? ended : [...ended, ...close()];
    },
    end: close,
    get hasCalls() {
      return ids.size > 0;
    },
  };
}

/** A call may repeat its name in every piece, if it has an id to be known by. */
function isSameCall(open: OpenCall, call: JsonObject): boolean {
  const id = stringOf(field(call, 'id'));
  return id !== undefined && id !== '' && id === open.wireId;
}

/** Arguments as text are what some proxies send. */
function wholeArguments(args: Json): Json {
  if (typeof args !== 'string') return args;
  try {
    const value: Json = JSON.parse(args);
    return isObject(value) ? value : args;
  } catch {
    return args;
  }
}
