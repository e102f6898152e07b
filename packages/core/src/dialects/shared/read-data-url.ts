/** What a `data:` URL holds. */
export interface UrlData {
  /** Undefined where the URL says none. */
  readonly mediaType: string | undefined;
  /** What follows the type: `;rate=16000`, or nothing. */
  readonly parameters: string;
  /** Base64. */
  readonly data: string;
}

/** Undefined for any other URL. */
export function readDataUrl(url: string): UrlData | undefined {
  const match = /^data:([^;,]*)([^,]*?)(;base64)?,/i.exec(url);
  if (match === null) return undefined;
  const [head, mediaType, parameters = '', isBase64] = match;
  const data = url.slice(head.length);
  return {
    mediaType: mediaType === '' ? undefined : mediaType,
    parameters,
    data: isBase64 === undefined ? Buffer.from(unescapeUrl(data)).toString('base64') : data,
  };
}

function unescapeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
