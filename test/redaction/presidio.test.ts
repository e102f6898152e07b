import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { presidio } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { kindOf, marksIn, openCompany, repeats } from './company.ts';
import { at } from './faces.ts';

interface Analyzer extends AsyncDisposable {
  readonly url: string;
  readonly asked: unknown[];
}

/** People that the simulated model knows. */
const people = ['Ann Lee', 'Bob Ray', '李雷'];

/**
 * Presidio's analyzer as its server answers: offsets count code points, as Python's do.
 * https://github.com/microsoft/presidio/blob/main/presidio-analyzer/app.py
 */
async function startAnalyzer(trouble?: {
  readonly status: number;
  readonly body: string;
}): Promise<Analyzer> {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    asked.push(body);
    const answer = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    };
    if (trouble !== undefined) return answer(trouble.status, trouble.body);
    if (request.method !== 'POST' || request.url !== '/analyze') return answer(404, '{"error":"not found"}');
    const text = at(body, 'text');
    if (typeof text !== 'string' || text === '') return answer(500, '{"error":"No text provided"}');
    if (typeof at(body, 'language') !== 'string') return answer(500, '{"error":"No language provided"}');
    const points = Array.from(text);
    const found = people.flatMap((name) => {
      const length = Array.from(name).length;
      return points.flatMap((_, start) =>
        points.slice(start, start + length).join('') === name
          ? [
              {
                analysis_explanation: null,
                end: start + length,
                entity_type: 'PERSON',
                recognition_metadata: { recognizer_name: 'SpacyRecognizer' },
                score: name === 'Bob Ray' ? 0.4 : 0.85,
                start,
              },
            ]
          : [],
      );
    });
    const entities = at(body, 'entities');
    const wanted = Array.isArray(entities)
      ? found.filter((one) => entities.includes(one.entity_type))
      : found;
    const least = Number(at(body, 'score_threshold') ?? 0);
    answer(200, JSON.stringify(wanted.filter(({ score }) => score >= least)));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const body = {
  model: 'made',
  messages: [{ role: 'user', content: 'The 🦊🦊 of Ann Lee met 李雷 and Bob Ray 🎉 at ann@acme.example.' }],
};

test('what only Presidio finds is hidden and comes back, wherever pairs of surrogates stand', async () => {
  await using analyzer = await startAnalyzer();
  const detect = presidio({ url: `${analyzer.url}/`, entities: ['PERSON', 'LOCATION'] });
  await using company = await openCompany(kindOf('OpenAI'), repeats(2), {
    redaction: { rules: [{ detect, kinds: ['email'], mode: 'reversible' }] },
  });
  const response = await company.ask('/v1/chat/completions', body);
  const sent = at(company.upstream.requests[0]?.body, 'messages', 0, 'content');
  expect(sent).toBe('The 🦊🦊 of [PERSON_1] met [PERSON_2] and Bob Ray 🎉 at [EMAIL_1].');
  expect(marksIn(company.upstream.requests[0])).toHaveLength(3);
  expect(await response.text()).toContain('Write to Ann Lee and 李雷 and ann@acme.example!');
  expect(analyzer.asked).toContainEqual({
    text: body.messages[0]?.content,
    language: 'en',
    entities: ['PERSON', 'LOCATION'],
    score_threshold: 0.5,
  });
});

test('how sure it has to be, and in which language, is the operator to say', async () => {
  await using analyzer = await startAnalyzer();
  const detect = presidio({ url: analyzer.url, language: 'de', minimumScore: 0.3 });
  await using company = await openCompany(kindOf('Anthropic'), repeats(2), {
    redaction: { rules: [{ detect, mode: 'mask' }] },
  });
  await company.ask('/v1/chat/completions', body);
  expect(company.upstream.requests[0]?.rawBody.toString()).toContain('[PERSON] met [PERSON] and [PERSON] 🎉');
  expect(analyzer.asked[0]).toMatchObject({ language: 'de', score_threshold: 0.3 });
});

test.each([
  [500, '{"error":"it broke at Ann Lee"}'],
  [200, 'no JSON'],
  [200, '{"a":1}'],
  [200, '[{"entity_type":"PERSON","start":0,"end":99999,"score":1}]'],
  [200, '[{"entity_type":"PERSON","start":"0","end":1,"score":1}]'],
  [200, '[null]'],
])('an analyzer that answers %s %s refuses the call', async (status, answer) => {
  await using analyzer = await startAnalyzer({ status, body: answer });
  await using company = await openCompany(kindOf('OpenAI'), repeats(2), {
    redaction: { rules: [{ detect: presidio({ url: analyzer.url }), mode: 'mask' }] },
  });
  const response = await company.ask('/v1/chat/completions', body);
  expect(at(await response.json(), 'error', 'code')).toBe('redaction_failed');
  expect(company.upstream.requests).toEqual([]);
});

test('an analyzer that is not there refuses the call', async () => {
  const gone = await startAnalyzer();
  await gone[Symbol.asyncDispose]();
  await using company = await openCompany(kindOf('OpenAI'), repeats(2), {
    redaction: { rules: [{ detect: presidio({ url: gone.url }), mode: 'mask' }] },
  });
  expect((await company.ask('/v1/chat/completions', body)).status).toBe(503);
});

test('an address that is none is told at once', () => {
  expect(() => presidio({ url: 'localhost:5002' })).toThrow(/url must be an address/);
});
