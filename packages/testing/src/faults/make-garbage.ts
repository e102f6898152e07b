import { type PlannedAnswer, streamAnswer, wholeAnswer } from '../server/plan-answer.ts';

/** A 200 that no client can use. */
export function makeGarbage(content: 'binary' | 'html' | 'json' | 'sse'): PlannedAnswer {
  switch (content) {
    case 'binary':
      return wholeAnswer(200, Buffer.from([0, 255, 254, 128, 13, 10, 13, 10, 0, 192, 175]), {
        'content-type': 'application/json',
      });
    case 'html':
      return wholeAnswer(200, '<!doctype html><title>Welcome to nginx!</title><h1>It works</h1>\n', {
        'content-type': 'text/html; charset=utf-8',
      });
    case 'json':
      return wholeAnswer(200, '{"id":"chatcmpl-1","choices":[{"index":0,"mess', {
        'content-type': 'application/json',
      });
    case 'sse':
      return streamAnswer(['data: {"id":"chatcmpl-1","choi\n\n', 'dat\n\n', 'data: <html>\n\n'], {});
  }
}
