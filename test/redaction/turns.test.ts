import type { RedactionRuleOptions } from '@vector-engine/core';
import type { AnswerScript } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { kindOf, marksIn, openCompany, repeats } from './company.ts';
import { at, eventsOf } from './faces.ts';

const openAI = kindOf('OpenAI');
const emails: RedactionRuleOptions = { kinds: ['email'], mode: 'reversible' };
const chat = '/v1/chat/completions';

function says(content: string): { role: string; content: string } {
  return { role: 'user', content };
}

const wordsOnly: AnswerScript = (request) => `Write to ${marksIn(request).join(' and ')}!`;

/** To whom it was told to write, in a call of a tool. */
const callsNote: AnswerScript = (request) => ({
  toolCalls: [{ name: 'note', arguments: JSON.stringify({ to: `<${marksIn(request)[0]}>` }) }],
});

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function textOf(response: Response): Promise<unknown> {
  const answer: unknown = await response.json();
  return at(answer, 'choices', 0, 'message', 'content') ?? answer;
}

describe('placeholders', () => {
  test('are the same for the same, and the same again when the conversation goes on', async () => {
    await using company = await openCompany(openAI, () => 'Well.', { redaction: { rules: [emails] } });
    const first = [says('From ann@acme.example to bob@acme.example, not ann@acme.example.')];
    const later = [...first, { role: 'assistant', content: 'Well.' }, says('And eve@acme.example?')];
    // What stands behind the conversation, as tools do, is numbered before it.
    for (const messages of [first, later])
      await company.ask(chat, { model: 'made', messages, user: 'zoe@acme.example' });
    const [one, two] = company.upstream.requests.map(({ rawBody }) => rawBody.toString());
    expect(one).toContain('"From [EMAIL_2] to [EMAIL_3], not [EMAIL_2]."');
    expect(two).toContain('"From [EMAIL_2] to [EMAIL_3], not [EMAIL_2]."');
    expect(two).toContain('And [EMAIL_4]?');
    expect(two).toContain('"user":"[EMAIL_1]"');
  });

  test('that the caller wrote stay what they are', async () => {
    await using company = await openCompany(openAI, repeats(4), { redaction: { rules: [emails] } });
    const body = { model: 'made', messages: [says('What is [EMAIL_1], [PHONE_A7] and ann@acme.example?')] };
    const answer = await textOf(await company.ask(chat, body));
    expect(marksIn(company.upstream.requests[0])).toEqual(['[EMAIL_1]', '[PHONE_A7]', '[EMAIL_B1]']);
    expect(answer).toBe('Write to [EMAIL_1] and [PHONE_A7] and ann@acme.example!');
  });

  test('stand in arguments that stay JSON, whatever the original is made of', async () => {
    const name = 'Zoë "Zed" \\ O\'Neil';
    for (const stream of [false, true]) {
      await using company = await openCompany(openAI, callsNote, {
        redaction: {
          rules: [
            {
              mode: 'reversible',
              detect: (text) => {
                const start = text.indexOf(name);
                return start < 0 ? [] : [{ kind: 'name', start, end: start + name.length }];
              },
            },
          ],
        },
      });
      const tools = [{ type: 'function', function: { name: 'note', parameters: { type: 'object' } } }];
      const response = await company.ask(chat, {
        model: 'made',
        stream,
        messages: [says(`I am ${name}.`)],
        tools,
      });
      const said = await response.text();
      const events: readonly unknown[] = stream ? eventsOf(said) : [JSON.parse(said)];
      const pieces = events.map((event) => {
        const message = at(event, 'choices', 0, 'message') ?? at(event, 'choices', 0, 'delta');
        return textIn(at(message, 'tool_calls', 0, 'function', 'arguments'));
      });
      expect(JSON.parse(pieces.join(''))).toEqual({ to: `<${name}>` });
    }
  });
});

describe('what is said in JSON', () => {
  test('is found in numbers, in names of members, and in texts within texts', async () => {
    await using company = await openCompany(openAI, () => 'Well.', {
      redaction: { rules: [{ kinds: ['card', 'email'], mode: 'mask' }] },
    });
    const inner = JSON.stringify({
      'ann@acme.example': { card: 4111111111111111, n: 1, deep: '{"c":"4111 1111 1111 1111"}' },
    });
    const call = { id: 'call_1', type: 'function', function: { name: 'pay', arguments: inner } };
    const messages = [
      says('Pay.'),
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: inner },
    ];
    await company.ask(chat, { model: 'made', messages });
    const sent = company.upstream.requests[0]?.body;
    const expected = { '[EMAIL]': { card: '[CARD]', n: 1, deep: '{"c":"[CARD]"}' } };
    expect(JSON.parse(String(at(sent, 'messages', 1, 'tool_calls', 0, 'function', 'arguments')))).toEqual(
      expected,
    );
    expect(JSON.parse(String(at(sent, 'messages', 2, 'content')))).toEqual(expected);
  });

  test('words of the format, ids and files are left alone, options of the vendor too', async () => {
    await using company = await openCompany(openAI, () => 'Well.', {
      redaction: {
        rules: [{ names: ['user', 'text', 'made', 'tool', 'auto', 'ann'], kinds: 'all', mode: 'mask' }],
      },
    });
    const url = `data:image/png;base64,${'iVBORw0KGgo4111111111111111AAAA'.repeat(8)}`;
    const body = {
      model: 'made',
      logit_bias: { '50256': -100 },
      seed: 4_111_111_111_111_111,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a text of ann' },
            { type: 'image_url', image_url: { url, detail: 'auto' } },
          ],
        },
      ],
      tool_choice: 'auto',
      tools: [
        { type: 'function', function: { name: 'ann', parameters: { type: 'object', required: ['ann'] } } },
      ],
    };
    await company.ask(chat, body);
    const sent = company.upstream.requests[0]?.body;
    const [message] = body.messages;
    expect(sent).toEqual({
      ...body,
      model: openAI.nativeModel,
      messages: [
        { ...message, content: [{ type: 'text', text: 'a [NAME] of [NAME]' }, message?.content[1]] },
      ],
    });
  });

  test('the body is the same byte for byte where nothing is found, but for the model', async () => {
    await using company = await openCompany(openAI, () => 'Well.', {
      redaction: { rules: [{ kinds: 'all', mode: 'mask' }] },
    });
    const text =
      '{ "messages" : [ {"role":"user","content":"\\u0048i \\/"} ],"temperature":1.0, "model":"made","seed":12345678901234567890 }';
    const response = await company.gateway.fetch(`http://gateway${chat}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    expect(response.status).toBe(200);
    expect(company.upstream.requests[0]?.rawBody.toString()).toBe(
      text.replace('"made"', `"${openAI.nativeModel}"`),
    );
  });

  test('the model and the usage option find their places behind and before what was changed', async () => {
    await using company = await openCompany(openAI, () => 'Well.', {
      redaction: { rules: [{ kinds: 'all', mode: 'mask' }] },
    });
    const message = '{"role":"user","content":"é ann@acme.example ü bob@acme.example"}';
    const bodies = [
      `{"messages":[${message}],"stream":true,"model":"made"}`,
      `{"model":"made","stream":true,"messages":[${message}]}`,
      `{"messages":[${message}],"stream":true,"stream_options":{"include_usage":false},"model":"made","user":"eve@acme.example"}`,
    ];
    for (const body of bodies) {
      company.upstream.requests.length = 0;
      const response = await company.gateway.fetch(`http://gateway${chat}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await response.text();
      expect(company.upstream.requests[0]?.body).toMatchObject({
        model: openAI.nativeModel,
        messages: [{ role: 'user', content: 'é [EMAIL] ü [EMAIL]' }],
        stream_options: { include_usage: true },
      });
    }
  });
});

test('a conversation that goes on by its id says nothing either, here and at another vendor', async () => {
  for (const kind of ['OpenAI', 'Anthropic']) {
    await using company = await openCompany(kindOf(kind), wordsOnly, { redaction: { rules: [emails] } });
    const first = await company.ask('/v1/responses', { model: 'made', input: 'I am ann@acme.example.' });
    const id = at(await first.json(), 'id');
    const second = await company.ask('/v1/responses', {
      model: 'made',
      previous_response_id: id,
      input: 'And bob@acme.example is who?',
    });
    const text = await second.text();
    expect([second.status, text]).toEqual([200, expect.stringContaining('bob@acme.example')]);
    expect(text).not.toContain('[EMAIL');
    const sent = company.upstream.requests.map(({ rawBody }) => rawBody.toString()).join('');
    expect(sent).not.toContain('acme');
    expect(marksIn(company.upstream.requests[1])).toContain('[EMAIL_2]');
  }
});

describe('the response cache', () => {
  test.each(['tenant', 'shared'] as const)('gives each caller its own originals: %s', async (scope) => {
    let calls = 0;
    await using company = await openCompany(
      openAI,
      (request, choice) => {
        calls++;
        return repeats(3)(request, choice);
      },
      { redaction: { rules: [emails] }, cache: { scope } },
    );
    const ask = async (who: string, stream: boolean): Promise<string> => {
      const body = { model: 'made', temperature: 0, stream, messages: [says(`I am ${who}@acme.example.`)] };
      const response = await company.ask(chat, body, { 'x-vector-cache': 'on' });
      const text = await response.text();
      return stream
        ? text
            .split('\n')
            .filter((line) => line.startsWith('data: {'))
            .map((line) => textIn(at(JSON.parse(line.slice(6)), 'choices', 0, 'delta', 'content')))
            .join('')
        : String(at(JSON.parse(text), 'choices', 0, 'message', 'content'));
    };
    for (const stream of [false, true]) {
      for (const who of ['ann', 'bob', 'ann', 'bob'])
        expect(await ask(who, stream)).toBe(`Write to ${who}@acme.example!`);
    }
    expect(calls).toBeLessThanOrEqual(8);
  });
});

test('what was hidden is counted', async () => {
  const rules: RedactionRuleOptions[] = [{ kinds: ['email', 'card'], mode: 'mask' }];
  await using company = await openCompany(openAI, () => 'Well.', { redaction: { rules }, layers: [] });
  const content = 'ann@acme.example, bob@acme.example, 4111 1111 1111 1111';
  const response = await company.ask(chat, { model: 'made', messages: [says(content)] });
  expect(response.status).toBe(200);
  expect(company.upstream.requests[0]?.rawBody.toString()).toContain('[EMAIL], [EMAIL], [CARD]');
});
