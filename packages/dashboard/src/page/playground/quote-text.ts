/* A text as a literal of a language: whatever stands in it, it is that text there, and nothing else. */

/** One half of a pair without the other has no meaning outside JavaScript. */
const replacement = '\uFFFD';

/** Of JavaScript and TypeScript. */
export function quoteScript(text: string): string {
  // Line separators end a line where the file is read by old tools.
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, unicodeEscape);
}

/** Of Python 3. Its escapes are those of JSON. */
export function quotePython(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/** Of Go: an interpreted string. */
export function quoteGo(text: string): string {
  // A compiler may refuse a byte order mark that is not the first thing in its file.
  return JSON.stringify(text.toWellFormed()).replace(/\uFEFF/g, unicodeEscape);
}

/**
 * Of Java. `\u000a` is a line's end in Java wherever it stands, also in a literal: so no such escape is written, and
 * others that are control characters are octal.
 */
export function quoteJava(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /\\(?:u00([01][0-9a-f])|[^u])/g,
    (found, code?: string) =>
      code === undefined ? found : `\\${Number.parseInt(code, 16).toString(8).padStart(3, '0')}`,
  );
}

/** Of a POSIX shell: between single quotes nothing is special but their end. A shell has no NUL. */
export function quoteShell(text: string): string {
  return `'${text.toWellFormed().replaceAll('\0', replacement).replaceAll("'", String.raw`'\''`)}'`;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
