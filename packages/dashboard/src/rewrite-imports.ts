/** What stands before the name of a module that is imported, and the name. */
const imports = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\s]+)\2/g;

/**
 * Puts addresses in place of the names by which a module imports others. Browsers know neither the names of packages nor
 * TypeScript. `resolve` gives undefined for what is to stay. `isLate`: it is imported
 * when the module says so, and not before it begins.
 */
export function rewriteImports(
  source: string,
  resolve: (name: string, isLate: boolean) => string | undefined,
): string {
  return source.replaceAll(imports, (whole, before: string, quote: string, name: string) => {
    const address = resolve(name, before.includes('('));
    return address === undefined ? whole : `${before}${quote}${address}${quote}`;
  });
}
