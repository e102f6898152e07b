/** Opcodes of RFC 6455, 5.2. */
const textFrame = 1;
const closeFrame = 8;

/** Bytes of a message; of a longer one only the length is known. */
const longestRead = 4_194_304;

/**
 * Reads one direction of a WebSocket while it passes, however its bytes are cut: RFC 6455, 5.2. Nothing is copied but what
 * comes in several pieces, and nothing is changed.
 */
export class FrameReader {
  readonly #onText: (message: Buffer) => void;
  readonly #head = Buffer.allocUnsafe(14);
  #headLength = 0;
  /** Bytes of the head as a whole, as far as that is known. */
  #headNeeded = 2;
  /** Bytes of the payload that are still to come; 0 while a head is read. */
  #left = 0;
  #isControl = false;
  #isLast = true;
  /** The message under way is text that can be read: neither masked nor compressed. */
  #isText = false;
  #isWithinMessage = false;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #hasClosed = false;

  /** `onText` is given every text message, once it is whole. */
  constructor(onText: (message: Buffer) => void) {
    this.#onText = onText;
  }

  /** A close frame has begun: nothing else comes after it. */
  get hasClosed(): boolean {
    return this.#hasClosed;
  }

  /** Another frame could follow now without falling into one. */
  get isBetweenFrames(): boolean {
    return this.#headLength === 0 && this.#left === 0;
  }

  /** And another message, without falling into one that comes in several frames. */
  get isBetweenMessages(): boolean {
    return this.isBetweenFrames && !this.#isWithinMessage;
  }

  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#left === 0 ? this.#readHead(chunk, at) : this.#readBody(chunk, at);
  }

  #readHead(chunk: Buffer, from: number): number {
    const end = Math.min(chunk.length, from + this.#headNeeded - this.#headLength);
    this.#headLength += chunk.copy(this.#head, this.#headLength, from, end);
    if (this.#headLength < this.#headNeeded) return end;
    if (this.#headNeeded === 2) {
      this.#headNeeded = headLength(this.#head.readUInt8(1));
      if (this.#headNeeded > 2) return end;
    }
    this.#begin();
    return end;
  }

  /** The head of a frame is complete. */
  #begin(): void {
    const first = this.#head.readUInt8(0);
    const second = this.#head.readUInt8(1);
    const opcode = first & 0x0f;
    this.#headLength = 0;
    this.#headNeeded = 2;
    this.#left = payloadLength(this.#head);
    this.#isControl = opcode >= closeFrame;
    this.#hasClosed ||= opcode === closeFrame;
    if (!this.#isControl) {
      if (opcode !== 0) this.#isText = opcode === textFrame && (first & 0x70) === 0;
      if (second >= 0x80) this.#isText = false;
      this.#isLast = first >= 0x80;
      this.#isWithinMessage = true;
    }
    if (this.#left === 0) this.#endFrame();
  }

  #readBody(chunk: Buffer, from: number): number {
    const end = Math.min(chunk.length, from + this.#left);
    this.#left -= end - from;
    if (this.#isText && !this.#isControl) {
      this.#heldBytes += end - from;
      if (this.#heldBytes <= longestRead) this.#held.push(chunk.subarray(from, end));
      else this.#held = [];
    }
    if (this.#left === 0) this.#endFrame();
    return end;
  }

  #endFrame(): void {
    if (this.#isControl || !this.#isLast) return;
    const held = this.#held;
    const isRead = this.#isText && this.#heldBytes <= longestRead;
    this.#held = [];
    this.#heldBytes = 0;
    this.#isText = false;
    this.#isWithinMessage = false;
    const [first] = held;
    if (isRead && first !== undefined) this.#onText(held.length === 1 ? first : Buffer.concat(held));
  }
}

/** Of a head whose second byte this is: lengths from 126 on follow in 2 or 8 bytes, and then the mask. */
function headLength(second: number): number {
  const length = second & 0x7f;
  const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
  return 2 + extended + (second >= 0x80 ? 4 : 0);
}

function payloadLength(head: Buffer): number {
  const length = head.readUInt8(1) & 0x7f;
  if (length < 126) return length;
  return length === 126 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
}
