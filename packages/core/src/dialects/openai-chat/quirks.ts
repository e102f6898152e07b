/** What one member of the OpenAI-compatible family refuses or spells otherwise. Everything left out is as in `defaultQuirks`. */
export interface ChatQuirks {
  /** The parameter for the longest answer. */
  readonly maxTokens?: 'max_completion_tokens' | 'max_tokens';
  /** Parameters of the body (`seed`, `parallel_tool_calls`, `stream_options`…) that are refused: left out, and named as dropped. */
  readonly refuses?: readonly string[];
  /** Parameters of the body under another name: `{ seed: 'random_seed' }`. */
  readonly renames?: Readonly<Record<string, string>>;
  /** Parameters that only some models refuse. */
  readonly models?: readonly ModelQuirk[];
  /** Messages with the role `developer`; else they are `system`. */
  readonly developerRole?: boolean;
  /** `name` of a message. */
  readonly messageNames?: boolean;
  /** Content that is text only goes as one string: members that take no arrays there. */
  readonly joinsText?: boolean;
  /** Pictures and files in results of tools; else they follow in a message of the user's. */
  readonly toolMedia?: boolean;
  /** Pictures that the model made earlier, given back in `images` of its message. */
  readonly assistantImages?: boolean;
  /** Where reasoning of earlier turns is given back. */
  readonly reasoningHistory?: 'reasoning_content' | 'reasoning' | 'thinking' | 'none';
  /** `reasoning_details` of earlier turns (OpenRouter), with their signatures. */
  readonly reasoningDetails?: boolean;
  /** How reasoning is asked for. */
  readonly reasoning?: 'reasoning_effort' | 'reasoning' | 'thinking' | 'enable_thinking' | 'none';
  /** The efforts that are known, weakest first; another one becomes the nearest. */
  readonly efforts?: readonly Effort[];
  /** `json_object`: no schemas, which then go into the instructions. `none`: no response format at all. */
  readonly output?: 'json_schema' | 'json_object' | 'none';
  /** `strict` of tools. */
  readonly strictTools?: boolean;
  /** Tools that take free text. */
  readonly customTools?: boolean;
  /** `allowed_tools` as a choice; else the other tools are left out. */
  readonly allowedTools?: boolean;
  /** The word for "must call a tool". */
  readonly requiredChoice?: 'required' | 'any' | 'none';
  /** How the prompt cache is marked. */
  readonly cacheMarks?: 'cache_control' | 'prompt_cache_breakpoint' | 'none';
  /** Where a document that is only a URL goes. */
  readonly documentUrls?: 'file_data' | 'document_url' | 'none';
  /** Usage is asked for in every stream, whether or not the caller wants it. */
  readonly alwaysAsksUsage?: boolean;
}

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface ModelQuirk {
  /** Of the upstream's name of the model. */
  readonly models: RegExp;
  /** Only where the request asks for reasoning. */
  readonly whenReasoning?: boolean;
  readonly refuses: readonly string[];
}

export type AllQuirks = Required<ChatQuirks>;

/** The dialect at its widest: every field that any member knows, under OpenAI's name. */
const defaultQuirks: AllQuirks = {
  maxTokens: 'max_completion_tokens',
  refuses: [],
  renames: {},
  models: [],
  developerRole: true,
  messageNames: true,
  joinsText: false,
  toolMedia: false,
  assistantImages: false,
  reasoningHistory: 'reasoning_content',
  reasoningDetails: true,
  reasoning: 'reasoning_effort',
  efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
  output: 'json_schema',
  strictTools: true,
  customTools: true,
  allowedTools: true,
  requiredChoice: 'required',
  cacheMarks: 'cache_control',
  documentUrls: 'none',
  alwaysAsksUsage: false,
};

const samplingParameters = [
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
];

/** What api.openai.com takes: it refuses fields that it does not know. */
export const openaiQuirks: ChatQuirks = {
  refuses: ['top_k'],
  models: [
    // The o series and the first GPT-5 always reason; later ones take these while they do not.
    { models: /^(o\d|gpt-5($|-(mini|nano|pro|codex|20)))/, refuses: samplingParameters },
    { models: /^gpt-[5-9]/, whenReasoning: true, refuses: samplingParameters },
    { models: /^o\d/, refuses: ['parallel_tool_calls'] },
    { models: /^(o\d|gpt-5($|-(mini|nano|pro|codex|20)))/, refuses: ['stop'] },
  ],
  reasoningHistory: 'none',
  reasoningDetails: false,
  cacheMarks: 'none',
  alwaysAsksUsage: true,
};

export function resolveQuirks(quirks: ChatQuirks = {}): AllQuirks {
  return { ...defaultQuirks, ...quirks };
}
