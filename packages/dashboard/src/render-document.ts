import { createHash } from 'node:crypto';
import type { LoadedPage } from './load-page.ts';

/** Below the mount. */
const at = (name: string): string => `assets/${name}`;

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E%3Crect width='20' height='20' rx='5' fill='%233357d6'/%3E%3Cpath d='M4.5 5.5 10 15l5.5-9.5M10 15V9' fill='none' stroke='%23fff' stroke-width='1.8' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E";

/** The document that everything else is loaded by; its links are relative to the mount. */
export function renderDocument(
  page: LoadedPage,
  title: string,
): { readonly body: Buffer; readonly etag: string } {
  const preloads = page.modules.map((name) => `<link rel="modulepreload" href="${at(name)}">`).join('\n');
  const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${at(page.style)}">
${preloads}
<script type="module" src="${at(page.main)}" blocking="render"></script>
</head>
<body>
<div id="page"><noscript>This page needs JavaScript. 此页面需要 JavaScript。</noscript></div>
</body>
</html>
`;
  const body = Buffer.from(text);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
