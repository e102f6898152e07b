/** Values under several keys each: they are found without the keys being put together, whatever is in them. */
export class KeyTree<Value> {
  value: Value | undefined;
  #below: Map<string | number | undefined, KeyTree<Value>> | undefined;

  at(key: string | number | undefined): KeyTree<Value> {
    const below = (this.#below ??= new Map());
    let tree = below.get(key);
    if (tree === undefined) below.set(key, (tree = new KeyTree()));
    return tree;
  }
}
