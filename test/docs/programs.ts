import { type Block, pages, readBlocks } from './read-markdown.ts';

/** A snippet of TypeScript, with those that continue it. */
export interface Program {
  /** Where it begins: `docs/routing.md:7`. */
  readonly name: string;
  readonly fileName: string;
  readonly code: string;
  /** The base URL's path of the server that it starts. */
  readonly serves: string | undefined;
  /** What a call that has a user's key is answered with there. */
  readonly status: number;
}

export function programs(): Program[] {
  return pages().flatMap((file) => {
    const joined: { first: Block; code: string }[] = [];
    for (const block of readBlocks(file).filter(({ language }) => language === 'ts')) {
      const last = joined.at(-1);
      if (block.marks.has('continues') && last !== undefined) last.code += `\n${block.code}`;
      else joined.push({ first: block, code: block.code });
    }
    return joined.map(({ first, code }) => ({
      name: `${first.file}:${first.line}`,
      fileName: `${first.file.replaceAll(/\W+/g, '-')}-${first.line}.ts`,
      code,
      serves: first.marks.get('serves'),
      status: Number(first.marks.get('status') ?? 200),
    }));
  });
}

/** Addresses of simulated servers, which stand for the real ones when a snippet is run. */
export interface Stand {
  readonly openai: string;
  readonly azure: string;
  readonly compatible: string;
}

/** The snippet with simulated vendors, a free port, and its promises in comments checked. */
export function toRunnable(code: string, stand: Stand): string {
  return code
    .replaceAll(/\bopenai\(\{/g, `openai({ baseURL: '${stand.openai}', `)
    .replaceAll(/\b(deepseek|groq|openrouter)\(\{/g, `$1({ baseURL: '${stand.compatible}', `)
    .replaceAll(/\bresource: '[^']*'/g, `endpoint: '${stand.azure}'`)
    .replaceAll('.listen(3000)', ".listen(0, '127.0.0.1')")
    .replaceAll(/console\.log\((.*)\); \/\/ (.+)$/gm, (_, values: string, promise: string) => {
      return `docsPrint(${JSON.stringify(promise)}, ${values});`;
    });
}

/** Whether a comment after `console.log(…)` is what is printed, and not a remark. */
export function isPromise(comment: string): boolean {
  return /^[\dA-Z[{]/.test(comment) || /^\w+$/.test(comment);
}
