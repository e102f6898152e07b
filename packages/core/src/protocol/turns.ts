import type { ChatRequest } from './chat-request.ts';
import type { AssistantBlock, ChatDialect } from './content.ts';

/**
 * What providers want back with the next turn and a client of a plain format has nowhere to keep: signatures of reasoning,
 * of tool calls and of text.
 */
export interface Turns {
  /** The question with the signatures that its client left out, where they are known. Never rejects. */
  restore(request: ChatRequest, place: TurnPlace): Promise<ChatRequest>;
  /** What is to be told of each choice of the answer: it is kept if anything of it is signed. Never throws. */
  keeper(request: ChatRequest, place: TurnPlace): (content: readonly AssistantBlock[]) => void;
}

/** Whose turns they are, and who signs them: what one provider has signed is nothing to another. */
export interface TurnPlace {
  readonly owner: string;
  readonly dialect: ChatDialect;
}
