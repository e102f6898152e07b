/** Knows where it stands, so that leaving costs nothing. */
export interface Member {
  /** For the roster only. */
  place: number;
}

/**
 * Who is here now, among members that come and go with every request. Not a `Set`: one that gains and loses an entry
 * with every request is rebuilt again and again, and its discarded tables, once old, keep what was in them from the
 * young generation's collector.
 */
export class Roster<Item extends Member> {
  readonly #members: Item[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: Item): void {
    member.place = this.#members.push(member) - 1;
  }

  delete(member: Item): void {
    if (this.#members[member.place] !== member) return;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    this.#members[member.place] = last;
    last.place = member.place;
  }

  /** `visit` may delete the member that it is given, and add others. */
  forEach(visit: (member: Item) => void): void {
    for (let place = this.#members.length - 1; place >= 0; place--) {
      const member = this.#members[place];
      if (member !== undefined) visit(member);
    }
  }
}
