/** A name as one segment of a path (RFC 3986, 3.3). Undefined for `.` and `..`, which lead to another path. */
export function encodeSegment(name: string): string | undefined {
  return /^\.{1,2}$/.test(name) ? undefined : encodeURIComponent(name).replace(/[!'()*]/g, percentEncode);
}

/** What `encodeURIComponent` leaves as it is, although it is reserved (RFC 3986, 2.2). */
function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
