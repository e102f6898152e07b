import type { OutgoingHttpHeaders } from 'node:http';

/** What Google's API servers send with every answer. There is no request id. */
export const googleHeaders: OutgoingHttpHeaders = {
  vary: 'Origin, X-Origin, Referer',
  server: 'scaffolding on HTTPServer2',
  'x-xss-protection': '0',
  'x-frame-options': 'SAMEORIGIN',
  'x-content-type-options': 'nosniff',
  'server-timing': 'gfet4t7; dur=412',
  'alt-svc': 'h3=":443"; ma=2592000,h3-29=":443"; ma=2592000',
};

/** The page for an address that is none. */
export const googlePage =
  '<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 404 (Not Found)!!1</title>\n  <p><b>404.</b> <ins>That’s an error.</ins>\n';

/** How Google writes JSON. */
export const googleJson: { readonly contentType: string; readonly indent: number } = {
  contentType: 'application/json; charset=UTF-8',
  indent: 2,
};
