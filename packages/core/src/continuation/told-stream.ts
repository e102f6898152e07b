import type { ChatUsage, Part } from '../protocol/chat-answer.ts';
import type { StreamRenderer } from '../protocol/codec.ts';
import type { BreakingOff, Telling } from '../protocol/telling.ts';
import { addChatUsage } from './add-chat-usage.ts';
import { ContinuationReader } from './read-continuation.ts';

/**
 * One streamed answer in the caller's dialect, told by one attempt after the other. Who it is and how it is put down is
 * the first's to say; what the others say goes on in its block of text, and their numbers are added to its own.
 */
export class ToldStream implements Telling {
  seam = '';
  isEchoed = false;
  #renderer: StreamRenderer | undefined;
  #isJoined = false;
  #said = '';
  /** The block of text that is open. */
  #block: number | undefined;
  /** Its end, which waits for what follows: where that is another attempt, the block goes on. */
  #end: Part | undefined;
  #isPlain = true;
  #isFinished = false;
  /** What the attempts before this one used, and this one so far. */
  #before: ChatUsage | undefined;
  #usage: ChatUsage | undefined;
  /** Of an attempt that broke off before it was sent. */
  #written = '';
  #brokenOff: BreakingOff | undefined;

  get said(): string {
    return this.#said;
  }

  /** Whether an attempt is to be shown, or was. */
  get isJoined(): boolean {
    return this.#isJoined;
  }

  /** Whether what was shown is the beginning of a plain text, and nothing else. */
  get isOpenText(): boolean {
    return this.#isPlain && !this.#isFinished && this.#block !== undefined && this.#said !== '';
  }

  join(make: () => StreamRenderer): StreamRenderer {
    this.#isJoined = true;
    // Not before it says something: of two that are asked at once, one may be given up before that.
    let telling: StreamRenderer | undefined;
    const tell = (): StreamRenderer => (telling ??= this.#begin(make));
    return { push: (part) => tell().push(part), end: () => tell().end() };
  }

  #begin(make: () => StreamRenderer): StreamRenderer {
    const isFirst = this.#renderer === undefined;
    const renderer = (this.#renderer ??= make());
    const end = (): string => this.#takeWritten() + this.#takeEnd(renderer) + renderer.end();
    if (isFirst) return { push: (part) => this.#tell(part, renderer), end };
    if (this.#usage !== undefined) this.#before = addChatUsage(this.#before, this.#usage);
    this.#usage = undefined;
    const reader = new ContinuationReader(this, this.#block ?? 0);
    const push = (part: Part): string => {
      let text = '';
      for (const told of reader.read(part)) text += this.#tell(told, renderer);
      return text;
    };
    return { push, end };
  }

  breakOff(how: BreakingOff): void {
    this.#written += how.written;
    this.#brokenOff = how;
  }

  /** What was written and not sent, and then the error; undefined where it cannot be said any more. */
  renderFailure(error: Error): Buffer | undefined {
    if (this.#renderer === undefined || this.#brokenOff?.error !== error) return undefined;
    const { problem, hide } = this.#brokenOff;
    const text = this.#renderer.push({ type: 'error', error: problem });
    return text === '' ? undefined : hide(Buffer.from(this.#takeWritten() + text));
  }

  #tell(part: Part, renderer: StreamRenderer): string {
    return this.#takeWritten() + this.#write(part, renderer);
  }

  #write(part: Part, renderer: StreamRenderer): string {
    switch (part.type) {
      case 'head':
        return renderer.push(part);
      case 'usage':
        this.#usage = part.usage;
        return renderer.push({ type: 'usage', usage: addChatUsage(this.#before, part.usage) });
      case 'text-delta':
        this.#said += part.text;
        return renderer.push(part);
      case 'text-end': {
        const before = part.block === this.#block ? '' : this.#takeEnd(renderer);
        this.#end = part;
        return before;
      }
      default:
        return this.#writeOther(part, renderer);
    }
  }

  #writeOther(part: Part, renderer: StreamRenderer): string {
    const before = this.#takeEnd(renderer);
    const text = renderer.push(part);
    if (part.type === 'text-start') this.#block = part.block;
    else if (part.type === 'finish') this.#isFinished = true;
    // What a caller is not shown, nobody has to go on from.
    else if (text !== '') this.#isPlain = false;
    return before + text;
  }

  #takeEnd(renderer: StreamRenderer): string {
    const end = this.#end;
    this.#end = undefined;
    if (end === undefined) return '';
    this.#block = undefined;
    return renderer.push(end);
  }

  #takeWritten(): string {
    const written = this.#written;
    this.#written = '';
    return written;
  }
}
