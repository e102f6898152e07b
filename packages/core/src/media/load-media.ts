type Media = typeof import('./media.ts')['media'];

let loaded: Media | undefined;
let loading: Promise<unknown> | undefined;

/** What a gateway that only chats never needs. Undefined once it is there. */
export function loadMedia(): Promise<unknown> | undefined {
  if (loaded !== undefined) return undefined;
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  const { media } = await import('./media.ts');
  loaded = media;
}

/** Once they are loaded. */
export function mediaOf(): Media {
  if (loaded === undefined) throw new Error('the media are not loaded');
  return loaded;
}
