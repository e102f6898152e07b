/** The older versions have the same surface as far as these tests use it. */
declare module 'express4' {
  import express = require('express');
  export = express;
}

declare module 'koa2' {
  import Koa = require('koa');
  export = Koa;
}

declare module '@koa/cors' {
  import type { Middleware } from 'koa';

  function cors(options?: { origin?: string; credentials?: boolean; exposeHeaders?: string[] }): Middleware;
  export = cors;
}
