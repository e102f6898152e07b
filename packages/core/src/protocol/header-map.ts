/** Header names are lower case; only what may cross to the caller is here. */
export type HeaderMap = Record<string, string>;
