import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';

const request = 'GenerateContentRequest';

/** What Google refuses about functions and how they are to be called, in its words. */
export function checkTools(body: JsonObject): string | undefined {
  const declarations = readList(body.tools)
    .filter(isJsonObject)
    .flatMap((tool, at) =>
      readList(tool.functionDeclarations)
        .filter(isJsonObject)
        .map((declaration, index) => ({
          declaration,
          place: `${request}.tools[${at}].function_declarations[${index}]`,
        })),
    );
  const names = new Set<string>();
  for (const { declaration, place } of declarations) {
    const name = readString(declaration.name) ?? '';
    if (!/^[A-Za-z_][\w.:-]{0,127}$/.test(name)) {
      return `* ${place}.name: Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.\n`;
    }
    if (names.has(name)) return `Duplicate function declaration found: ${name}`;
    names.add(name);
    if (declaration.parameters !== undefined && declaration.parametersJsonSchema !== undefined) {
      return `* ${place}: parameters and parameters_json_schema are mutually exclusive.\n`;
    }
    const problem = checkSchema(declaration.parameters, `${place}.parameters`);
    if (problem !== undefined) return problem;
  }
  return checkConfig(body, names);
}

function checkSchema(schema: unknown, place: string): string | undefined {
  if (!isJsonObject(schema)) return undefined;
  const type = readString(schema.type)?.toUpperCase();
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  if (type === 'OBJECT' && Object.keys(properties).length === 0) {
    return `* ${place}.properties: should be non-empty for OBJECT type\n`;
  }
  if (type === 'ARRAY' && schema.items === undefined) return `* ${place}.items: missing field.\n`;
  const stranger = readList(schema.required).find((name) => !Object.hasOwn(properties, String(name)));
  if (stranger !== undefined) {
    return `* ${place}.required[${readList(schema.required).indexOf(stranger)}]: property is not defined\n`;
  }
  for (const [name, property] of Object.entries(properties)) {
    const problem = checkSchema(property, `${place}.properties[${name}]`);
    if (problem !== undefined) return problem;
  }
  return checkSchema(schema.items, `${place}.items`);
}

function checkConfig({ toolConfig }: JsonObject, names: ReadonlySet<string>): string | undefined {
  const config = isJsonObject(toolConfig) ? toolConfig.functionCallingConfig : undefined;
  if (!isJsonObject(config)) return undefined;
  const mode = readString(config.mode) ?? 'AUTO';
  const allowed = readList(config.allowedFunctionNames).map(String);
  if (names.size === 0 && mode === 'ANY') {
    return 'Function calling config is set without function_declarations.';
  }
  if (allowed.length > 0 && mode !== 'ANY' && mode !== 'VALIDATED') {
    return `* ${request}.tool_config.function_calling_config.allowed_function_names: should only be set when function calling mode is ANY or VALIDATED.\n`;
  }
  const stranger = allowed.find((name) => !names.has(name));
  return stranger === undefined
    ? undefined
    : `* ${request}.tool_config.function_calling_config.allowed_function_names: ${stranger} is not declared.\n`;
}
