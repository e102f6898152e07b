/** Imports what is installed in this folder only, of which the workspaces' types know nothing. */
export async function loadPeer<Module>(specifier: string): Promise<Module> {
  return import(specifier);
}
