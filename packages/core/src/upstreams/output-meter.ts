import { bytesPerToken } from '../dialects/estimate-tokens.ts';
import { isBeyond, tokensAtLeast } from '../dialects/shared/ceiling.ts';
import type { ChatUsage, Part } from '../protocol/chat-answer.ts';

/** Counts about how many tokens a stream has said, as its parts go by: for the bill of one whose vendor never tells. */
export class OutputMeter {
  readonly #ceiling: number | undefined;
  #pieces = 0;
  #bytes = 0;
  #characters = 0;
  /** Of the last usage that was told; what is counted came after it. */
  #told = 0;

  /** `ceiling`: see `Call.ceiling`. */
  constructor(ceiling?: number) {
    this.#ceiling = ceiling;
  }

  add(part: Part): void {
    if ('text' in part && part.text !== '') {
      this.#pieces++;
      this.#bytes += Buffer.byteLength(part.text);
      this.#characters += part.text.length;
    } else if (part.type === 'usage') this.#tell(part.usage);
  }

  /** Tokens. */
  get estimate(): number {
    return Math.ceil(this.#told + Math.max(this.#pieces, this.#bytes / bytesPerToken));
  }

  /** More came than was asked for, by more than can be an error of ours. */
  get isBeyond(): boolean {
    if (this.#ceiling === undefined) return false;
    const since = tokensAtLeast({ events: this.#pieces, characters: this.#characters });
    return isBeyond(this.#told + since, this.#ceiling);
  }

  /** Some tell a few tokens at the start, and nothing more until the end. */
  #tell({ output }: ChatUsage): void {
    this.#told = output;
    this.#pieces = 0;
    this.#bytes = 0;
    this.#characters = 0;
  }
}
