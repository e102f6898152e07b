import { isJsonObject } from './read-json.ts';
import type { Shape } from './shape.ts';

/** The same value with the fields' names in camel case: Google takes `generation_config` for `generationConfig`. */
export function renameFields(value: unknown, shape: Shape): unknown {
  switch (shape.type) {
    case 'later':
      return renameFields(value, shape.shape());
    case 'nullable':
      return renameFields(value, shape.of);
    case 'list':
      return Array.isArray(value) ? value.map((item) => renameFields(item, shape.of)) : value;
    case 'record':
      if (!isJsonObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([given, item]) => {
          const camel = given.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
          const name = Object.hasOwn(shape.fields, camel) ? camel : given;
          const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : shape.rest;
          return [name, field === undefined ? item : renameFields(item, field)];
        }),
      );
    default:
      return value;
  }
}
