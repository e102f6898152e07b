import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Call, Dialect, Operation } from '../protocol/call.ts';
import type { JobFace } from '../protocol/job.ts';
import type { JsonMember } from '../protocol/scan-json.ts';
import { readEnvelope } from './openai-chat/read-envelope.ts';
import { ByteCall } from './shared/byte-call.ts';
import { outputMembers, pickOutput } from './shared/output-limit.ts';
import { readBoolean, readMembers, readModel, readValue } from './shared/read-members.ts';

/** What the head of a request says of it. */
export interface CallHead {
  readonly operation: Operation;
  readonly dialect: Dialect;
  /** Headers of the caller's that an upstream may see. */
  readonly headers: HeaderMap;
  /** Where the path says them, as Gemini's does. */
  readonly model?: string;
  readonly stream?: boolean;
  /** See `Call.wantsArray`. */
  readonly wantsArray?: boolean;
  /** See `Call.base`. */
  readonly base?: string;
  /** See `Call.face`. */
  readonly face?: JobFace | undefined;
}

/** Characters: it is a name in a store, and is told again in errors. */
const longestId = 512;

const named = ['model', 'stream'];
const linked = [...named, 'background', 'previous_response_id', 'store'];
const wanted: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  'openai-chat': new Set(named),
  'openai-responses': new Set([...linked, ...outputMembers['openai-responses']]),
  'anthropic-messages': new Set([...named, ...outputMembers['anthropic-messages']]),
  gemini: new Set(outputMembers.gemini),
  bedrock: new Set(named),
};

/**
 * Reads the envelope of a request in any dialect, and leaves the rest of the body alone.
 *
 * @throws GatewayError `VE_BODY_INVALID`, `VE_PARAMETER_MISSING`, `VE_PARAMETER_INVALID`
 */
export function readCall(bytes: Buffer, head: CallHead): Call {
  if (head.dialect === 'openai-chat') return readEnvelope(bytes, head);
  const { operation, dialect, headers, wantsArray = false } = head;
  const common = { operation, dialect, headers, wantsArray, wantsUsage: true, choices: 1 };
  const isResponse = dialect === 'openai-responses';
  if (head.model !== undefined) {
    // It must be JSON in any case.
    const members = readMembers(bytes, wanted[dialect]);
    return new ByteCall(bytes, {
      ...common,
      model: head.model,
      stream: head.stream === true,
      splice: { output: pickOutput(members, dialect) },
    });
  }
  const members = readMembers(bytes, wanted[dialect]);
  const model = readModel(bytes, members.get('model'));
  const stream = readBoolean(bytes, members.get('stream'), 'stream');
  return new ByteCall(bytes, {
    ...common,
    model: model.name,
    stream,
    splice: { model: model.span, output: pickOutput(members, dialect) },
    ...(isResponse ? readLinks(bytes, members, operation) : {}),
  });
}

/** How a response hangs together with others: it is kept unless the caller says otherwise. */
function readLinks(
  bytes: Buffer,
  members: ReadonlyMap<string, JsonMember>,
  operation: Operation,
): Pick<Call, 'isBackground' | 'isStored' | 'previousId'> {
  const store = members.get('store');
  const link = members.get('previous_response_id');
  const previousId = link === undefined ? null : readValue(bytes, link);
  if (previousId !== null && (typeof previousId !== 'string' || previousId.length > longestId)) {
    throw new GatewayError('VE_PARAMETER_INVALID', {
      parameter: 'previous_response_id',
      reason: 'it must be the id of a response',
    });
  }
  const isStored =
    operation === 'chat' &&
    (store === undefined || readValue(bytes, store) === null || readBoolean(bytes, store, 'store'));
  const isBackground = operation === 'chat' && readBoolean(bytes, members.get('background'), 'background');
  return { isBackground, isStored, previousId: previousId ?? undefined };
}
