import type { JsonObject } from '../../protocol/json.ts';
import type { Effort } from '../shared/effort.ts';

/** What one member of the OpenAI-compatible family refuses or spells otherwise. Everything left out is as in `defaultQuirks`. */
export interface ChatQuirks {
  /** The parameter for the longest answer. */
  readonly maxTokens?: 'max_completion_tokens' | 'max_tokens';
  /** Parameters of the body (`seed`, `parallel_tool_calls`, `stream_options`…) that are refused: left out, and named as dropped. */
  readonly refuses?: readonly string[];
  /** Parameters of the body under another name: `{ seed: 'random_seed' }`. */
  readonly renames?: Readonly<Record<string, string>>;
  /** Parameters of every request that does not have them already. */
  readonly adds?: JsonObject;
  /** What only some models do otherwise, or only some requests. */
  readonly models?: readonly ModelQuirk[];
  /** The lowest and the highest temperature; one beyond becomes that. */
  readonly temperatures?: readonly [lowest: number, highest: number];
  /** Stop sequences; those beyond are left out. */
  readonly maxStops?: number;
  /** Messages with the role `developer`; else they are `system`. */
  readonly developerRole?: boolean;
  /** `name` of a message. */
  readonly messageNames?: boolean;
  /** Content that is text only goes as one string: members that take no arrays there. */
  readonly joinsText?: boolean;
  /** Pictures and files in results of tools; else they follow in a message of the user's. */
  readonly toolMedia?: boolean;
  /** A user's message must not follow the results of tools: a word of the model's goes between them. */
  readonly bridgesResults?: boolean;
  /** What ids of tool calls look like; one that does not is replaced, the same everywhere. */
  readonly callIds?: 'any' | 'nine-characters';
  /** The field of a last message of the model's that says: go on from here. */
  readonly continues?: 'prefix' | 'partial' | 'none';
  /** Pictures that the model made earlier, given back in `images` of its message. */
  readonly assistantImages?: boolean;
  /** Where reasoning of earlier turns is given back. */
  readonly reasoningHistory?: 'reasoning_content' | 'reasoning' | 'thinking' | 'none';
  /** That field must be in every message of the model's, if only empty. */
  readonly needsReasoning?: boolean;
  /** `reasoning_details` of earlier turns (OpenRouter, MiniMax), with their signatures. */
  readonly reasoningDetails?: boolean;
  /** How reasoning is asked for, and turned off. */
  readonly reasoning?:
    | 'reasoning_effort'
    /** OpenRouter's object, with an effort or a number of tokens. */
    | 'reasoning'
    /** Together's: `{ enabled }`. */
    | 'reasoning.enabled'
    /** `{ type: 'enabled' }` or `disabled`. */
    | 'thinking'
    /** `{ type: 'adaptive' }` or `disabled`. */
    | 'thinking.adaptive'
    | 'enable_thinking'
    /** Of the templates of open models: `{ enable_thinking }`. */
    | 'chat_template_kwargs'
    | 'none';
  /** How its amount is told where that is not the same parameter: in `reasoning_effort`, in a number of tokens beside the switch, or not at all. */
  readonly reasoningSize?: 'effort' | 'budget' | 'none';
  /** The efforts that are known, weakest first; another one becomes the nearest. */
  readonly efforts?: readonly Effort[];
  /** Tokens of reasoning; a larger number becomes this. */
  readonly maxBudget?: number;
  /** `json_object`: no schemas, which then go into the instructions. `only_json_schema`: not without one. `none`: no response format at all. */
  readonly output?: 'json_schema' | 'only_json_schema' | 'json_object' | 'none';
  /** `json_object` is refused where no message speaks of JSON: then one is added that does. */
  readonly wantsJsonWord?: boolean;
  /** `strict` of tools. */
  readonly strictTools?: boolean;
  /** Tools that take free text. */
  readonly customTools?: boolean;
  /** What can be said of the choice beside `auto`; the rest is said by offering fewer tools, or is dropped. */
  readonly toolChoices?: readonly ToolChoiceWord[];
  /** How the prompt cache is marked. */
  readonly cacheMarks?: 'cache_control' | 'prompt_cache_breakpoint' | 'none';
  /** Where a document that is only a URL goes. */
  readonly documentUrls?: 'file_data' | 'document_url' | 'none';
  /** Usage is asked for in every stream, whether or not the caller wants it. */
  readonly alwaysAsksUsage?: boolean;
}

/** `any` is another word for `required`; `named`: one tool by its name. */
export type ToolChoiceWord = 'none' | 'required' | 'any' | 'named' | 'allowed_tools';

/** Where several fit, the last one counts; what they refuse and add is put together. */
export interface ModelQuirk extends Omit<ChatQuirks, 'models'> {
  /** Of the upstream's name of the model; left out, every model. */
  readonly models?: RegExp;
  /** Only where reasoning is asked for, or not turned off; where there are tools; where the answer is not streamed. */
  readonly when?: 'reasoning' | 'maybe-reasoning' | 'tools' | 'whole';
}

export type AllQuirks = Required<Omit<ChatQuirks, 'models'>>;
