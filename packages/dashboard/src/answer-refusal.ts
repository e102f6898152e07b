import type { Exchange } from '@vector-engine/core/adapter';
import { type PageAnswer, safeHeaders } from './page-answer.ts';

/** To whoever is not let in: for people a page that says what the host must do, for programs the gateway's kind of error. */
export function answerRefusal({ headers }: Pick<Exchange, 'headers'>): PageAnswer {
  const isPerson =
    headers['sec-fetch-mode'] === 'navigate' || String(headers['accept'] ?? '').includes('text/html');
  return isPerson ? answer(403, 'text/html', refusalPage) : answer(403, 'application/json', refusal);
}

export function answerText(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): PageAnswer {
  return answer(status, 'text/plain', text, headers);
}

/** The page's own files cannot be read. The cause is for whoever runs the host, and names paths of it. */
export function answerUnready(error: unknown): PageAnswer {
  const name = error instanceof Error ? error.name : 'Error';
  return answerText(500, `The page could not be read from its package (${name}). Install it again.`);
}

function answer(
  status: number,
  type: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): PageAnswer {
  const common = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' };
  return { status, headers: { ...safeHeaders, ...common, ...headers }, body: Buffer.from(text) };
}

const refusal = JSON.stringify({
  error: {
    message: 'Not allowed: this is for administrators only.',
    type: 'invalid_request_error',
    param: null,
    code: 'forbidden',
  },
});

const refusalPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>403</title>
<h1>This page is for administrators only</h1>
<p>The server does not say of you that you are one. Log in as somebody who is, and load the page again.</p>
<p>If you run this server: the page is shown where the function <code>allow</code>, which was given to
<code>dashboard()</code>, returns exactly <code>true</code> for a request. Your login has to run before it.</p>
<p lang="zh-Hans">此页面仅供管理员使用。请以管理员身份登录后重新加载；如果您是服务器的维护者，请让传给
<code>dashboard()</code> 的 <code>allow</code> 函数对此请求返回 <code>true</code>，并确保登录中间件在它之前运行。</p>
</html>
`;
