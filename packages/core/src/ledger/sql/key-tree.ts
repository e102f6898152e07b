type Key = string | number | undefined;

/** Values under several keys each: they are found without the keys being put together, whatever is in them. */
export class KeyTree<Value> {
  value: Value | undefined;
  /** Nearly always there is one below another: a map for it would be most of what a tree takes. */
  #firstKey: Key;
  #first: KeyTree<Value> | undefined;
  #others: Map<Key, KeyTree<Value>> | undefined;

  at(key: Key): KeyTree<Value> {
    if (key === this.#firstKey && this.#first !== undefined) return this.#first;
    return this.#others?.get(key) ?? this.#add(typeof key === 'string' ? ownText(key) : key);
  }

  #add(key: Key): KeyTree<Value> {
    const tree = new KeyTree<Value>();
    if (this.#first === undefined) [this.#firstKey, this.#first] = [key, tree];
    else (this.#others ??= new Map()).set(key, tree);
    return tree;
  }
}

/** The same text, which is no piece of another: such a one keeps all of that in memory as long as it is there. */
export function ownText(text: string): string {
  return String(JSON.parse(JSON.stringify(text)));
}
