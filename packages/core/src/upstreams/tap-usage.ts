import { parseUsage } from '../dialects/anthropic-messages/convert-usage.ts';
import { parseCounts } from '../dialects/gemini/convert-usage.ts';
import { convertUsage } from '../dialects/openai-chat/meter-usage.ts';
import { countOf, objectOf, parseJson } from '../dialects/shared/read.ts';
import { toUsage } from '../dialects/shared/to-usage.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Usage } from '../protocol/usage.ts';

const quote = 0x22;
const backslash = 0x5c;
/** Bytes of a name, and of a usage, that are remembered. */
const longestName = 32;
const longestUsage = 16_384;

/** Finds the `usage` at the top of a JSON answer as its bytes go by, of which nothing else is kept. */
export class UsageTap {
  usage: Usage | undefined;
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  /** The last text at the top, as far as it can be a name. */
  #name: number[] = [];
  /** Its value, while that goes by. */
  #found: number[] | undefined;

  see(bytes: Uint8Array): void {
    for (const byte of bytes) this.#step(byte);
  }

  #step(byte: number): void {
    if (this.#isText) return this.#readText(byte);
    if (byte === 0x7d || byte === 0x5d) this.#depth -= 1;
    const isOver = this.#found !== undefined && (this.#depth === 0 || (this.#depth === 1 && byte === 0x2c));
    if (isOver) this.#finish();
    this.#keep(byte);
    if (byte === quote) {
      this.#isText = true;
      if (this.#depth === 1) this.#name = [];
    } else if (byte === 0x7b || byte === 0x5b) this.#depth += 1;
    else if (byte === 0x3a && this.#depth === 1 && isUsage(this.#name)) this.#found = [];
  }

  #readText(byte: number): void {
    this.#keep(byte);
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) {
      this.#isText = false;
      return;
    }
    if (this.#depth === 1 && this.#name.length < longestName) this.#name.push(byte);
  }

  #keep(byte: number): void {
    if (this.#found !== undefined && this.#found.length < longestUsage) this.#found.push(byte);
  }

  #finish(): void {
    const said = objectOf(parseJson(Buffer.from(this.#found ?? []).toString('utf8')));
    this.#found = undefined;
    this.#name = [];
    this.usage = (said && usageOf(said)) ?? this.usage;
  }
}

function isUsage(name: readonly number[]): boolean {
  const text = String.fromCharCode(...name);
  return text === 'usage' || text === 'usageMetadata';
}

/** As OpenAI, Anthropic or Google words it. */
function usageOf(said: JsonObject): Usage | undefined {
  const isGoogles = 'promptTokenCount' in said || 'totalTokenCount' in said;
  // Anthropic counts what is in its cache beside the rest; others who have its names for that do not.
  const isAnthropics = 'input_tokens' in said && cacheNames.some((name) => countOf(said[name]) !== undefined);
  if (!isGoogles && !isAnthropics) return convertUsage(said);
  const counted = isGoogles ? parseCounts(said) : parseUsage(said);
  return counted && toUsage(counted);
}

const cacheNames = ['cache_read_input_tokens', 'cache_creation_input_tokens'] as const;
