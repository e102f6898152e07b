import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import type { ModelFacts } from './model-facts.ts';

/** What Bedrock refuses about a conversation whatever the model, in its words. */
export function checkMessages(body: JsonObject, facts: ModelFacts): string | undefined {
  const messages = readList(body.messages).filter(isJsonObject);
  if (messages.length === 0) {
    return 'The messages field is empty. Add a message to the messages field and try again.';
  }
  if (messages[0]?.role !== 'user') {
    return 'A conversation must start with a user message. Try again with a conversation that starts with a user message.';
  }
  for (const [index, { role, content }] of messages.entries()) {
    if (index > 0 && messages[index - 1]?.role === role) {
      return 'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.';
    }
    const blocks = readList(content).filter(isJsonObject);
    if (blocks.length === 0) {
      return `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`;
    }
    for (const [at, block] of blocks.entries()) {
      const problem = checkBlock(block, `messages.${index}.content.${at}`, String(role));
      if (problem !== undefined) return problem;
    }
  }
  return checkNames(messages) ?? checkTools(body, messages, facts);
}

const ofUser = ['toolResult', 'image', 'document', 'video', 'audio'];
const ofAssistant = ['toolUse', 'reasoningContent'];

function checkBlock(block: JsonObject, place: string, role: string): string | undefined {
  const { text, toolUse } = block;
  if (typeof text === 'string' && text.trim() === '') {
    return `The text field in the ContentBlock object at ${place} is blank. Add text to the text field, and try again.`;
  }
  if (isJsonObject(toolUse) && !isJsonObject(toolUse.input)) {
    return `The format of the value at ${place}.toolUse.input is invalid. Provide a json object for the field and try again.`;
  }
  const stray = (role === 'user' ? ofAssistant : ofUser).find((name) => block[name] !== undefined);
  return stray === undefined
    ? undefined
    : `The ${stray} block at ${place} isn't allowed in a message of the ${role} role. Remove it and try again.`;
}

/** Names of documents are few and plain, so that nobody can hide a prompt in them. */
function checkNames(messages: readonly JsonObject[]): string | undefined {
  const names = messages
    .flatMap(({ content }) => readList(content).filter(isJsonObject))
    .flatMap(({ document }) => (isJsonObject(document) ? String(document.name) : []));
  if (names.some((name) => !/^[a-zA-Z0-9\s()[\]-]+$/.test(name) || /\s\s/.test(name))) {
    return "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Try again with a different document file name.";
  }
  return new Set(names).size < names.length
    ? 'Messages can’t contain duplicate document names. Rename the documents and try again.'
    : undefined;
}

function checkTools(
  { toolConfig }: JsonObject,
  messages: readonly JsonObject[],
  facts: ModelFacts,
): string | undefined {
  const used = messages.some(
    ({ content }) => [...idsOf(content, 'toolUse'), ...idsOf(content, 'toolResult')].length > 0,
  );
  if (used && toolConfig === undefined) {
    return 'The toolConfig field must be defined when using toolUse and toolResult content blocks.';
  }
  if (toolConfig !== undefined && !facts.takesTools) return "This model doesn't support tool use.";
  if (isJsonObject(toolConfig) && readList(toolConfig.tools).length === 0) {
    return "1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1";
  }
  return checkChoice(toolConfig) ?? checkResults(messages);
}

function checkChoice(toolConfig: unknown): string | undefined {
  if (!isJsonObject(toolConfig)) return undefined;
  const specs = readList(toolConfig.tools)
    .filter(isJsonObject)
    .flatMap(({ toolSpec }) => (isJsonObject(toolSpec) ? String(toolSpec.name) : []));
  const twice = specs.find((name, index) => specs.indexOf(name) !== index);
  if (twice !== undefined)
    return `The tool ${twice} is already defined at toolConfig.tools.${specs.indexOf(twice)}.`;
  const choice = isJsonObject(toolConfig.toolChoice) ? toolConfig.toolChoice.tool : undefined;
  return isJsonObject(choice) && !specs.includes(String(choice.name))
    ? `The tool ${String(choice.name)} of toolConfig.toolChoice.tool is not defined in toolConfig.tools.`
    : undefined;
}

/** Every call is answered by the next message, and every result answers a call of the message before it. */
function checkResults(messages: readonly JsonObject[]): string | undefined {
  for (const [index, { content }] of messages.entries()) {
    const calls = idsOf(messages[index - 1]?.content, 'toolUse');
    const results = idsOf(content, 'toolResult');
    if (results.length > calls.length) {
      return `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`;
    }
    const open = calls.filter((id) => !results.includes(id));
    if (open.length > 0) {
      return `Expected toolResult blocks at messages.${index}.content for the following Ids: ${open.join(', ')}`;
    }
  }
  const last = messages.length;
  const open = idsOf(messages.at(-1)?.content, 'toolUse');
  return open.length > 0
    ? `Expected toolResult blocks at messages.${last}.content for the following Ids: ${open.join(', ')}`
    : undefined;
}

function idsOf(content: unknown, kind: 'toolUse' | 'toolResult'): readonly string[] {
  return readList(content)
    .filter(isJsonObject)
    .map((block) => block[kind])
    .filter(isJsonObject)
    .map((block) => readString(block.toolUseId) ?? '');
}
