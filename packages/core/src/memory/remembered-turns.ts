import { createHash } from 'node:crypto';
import type { ChatRequest } from '../protocol/chat-request.ts';
import type { AssistantBlock, AssistantMessage, Message } from '../protocol/content.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Store } from '../protocol/store.ts';
import type { TurnPlace, Turns } from '../protocol/turns.ts';
import { QuestionDigests } from './digest-questions.ts';
import { isCall, plainInput, restoreTurn, textOf } from './restore-turn.ts';

const sevenDays = 7 * 24 * 3_600_000;
/** Characters of a turn, pictures included, beyond which it is not kept. */
const longest = 1_000_000;

/** Signed turns, each found by what it answers, and by its first call or its words. */
export class RememberedTurns implements Turns {
  readonly #store: Store;
  readonly #logger: Logger;

  constructor(store: Store, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  async restore(request: ChatRequest, place: TurnPlace): Promise<ChatRequest> {
    if (!request.messages.some(isUnsigned)) return request;
    const questions = new QuestionDigests(request.messages);
    try {
      const messages = await Promise.all(
        request.messages.map(async (message, index) =>
          isUnsigned(message) ? this.#restore(message, questions.before(index), place) : message,
        ),
      );
      return { ...request, messages };
    } catch (error) {
      // The provider may do without; if not, it says so.
      this.#logger.warn({ error }, 'earlier turns could not be looked up');
      return request;
    }
  }

  keeper({ messages }: ChatRequest, place: TurnPlace): (content: readonly AssistantBlock[]) => void {
    // Its few bytes are held while the answer comes, and not the question.
    const question = new QuestionDigests(messages).before();
    return (content) => {
      if (content.some(isSigned)) this.#keep(content, question, place);
    };
  }

  #keep(content: readonly AssistantBlock[], question: string, { owner, dialect }: TurnPlace): void {
    const id = nameOf(content, question, dialect);
    const text = JSON.stringify(content);
    if (id === undefined || text.length > longest) return;
    this.#store
      .set({ tenant: owner, kind: 'turn', id }, text, sevenDays)
      .catch((error: unknown) => this.#logger.warn({ error }, 'a turn could not be kept'));
  }

  async #restore(
    message: AssistantMessage,
    question: string,
    { owner, dialect }: TurnPlace,
  ): Promise<Message> {
    const id = nameOf(message.content, question, dialect);
    if (id === undefined) return message;
    const text = await this.#store.get({ tenant: owner, kind: 'turn', id });
    if (text === undefined) return message;
    // Written by `keep`, and by nobody else.
    const kept: AssistantBlock[] = JSON.parse(text);
    return restoreTurn(message, kept);
  }
}

const isSigned = (block: AssistantBlock): boolean => 'signature' in block && block.signature !== undefined;

function isUnsigned(message: Message): message is AssistantMessage {
  return message.role === 'assistant' && !message.content.some(isSigned);
}

/** The name of a turn in the store; undefined where there is nothing to tell it by. */
function nameOf(
  content: readonly AssistantBlock[],
  question: string,
  dialect: TurnPlace['dialect'],
): string | undefined {
  const call = content.find(isCall);
  const text = call === undefined ? textOf(content) : '';
  if (call === undefined && text === '') return undefined;
  const said = call === undefined ? [text] : [call.id, call.name, plainInput(call.input)];
  return createHash('sha256')
    .update(JSON.stringify([dialect, question, ...said]))
    .digest('base64url');
}
