import { describe, expect, test } from 'vitest';
import { marksIn, openCompany, repeats, upstreamKinds } from './company.ts';
import { addresses, eventsOf, everybody, faces, type Said } from './faces.ts';

async function readSaid(
  response: Response,
  { face, stream }: { readonly face: (typeof faces)[number]; readonly stream: boolean },
): Promise<Said> {
  const text = await response.text();
  expect([response.status, text.slice(0, 300)]).toEqual([200, expect.anything()]);
  return stream ? face.readEvents(eventsOf(text)) : face.readWhole(JSON.parse(text));
}

describe.each(faces)('a caller that speaks $name', (face) => {
  describe.each(upstreamKinds)('served by $name', (kind) => {
    test.each([false, true])(
      'is told what it said itself, and the vendor is not (streamed: %s)',
      async (stream) => {
        await using company = await openCompany(kind, repeats(3), {
          redaction: { rules: [{ kinds: ['email'], mode: 'reversible' }] },
        });
        const response = await company.ask(face.path(stream), face.body(stream));
        const said = await readSaid(response, { face, stream });
        const [request] = company.upstream.requests;
        const sent = request?.rawBody.toString('utf8') ?? '';
        expect(everybody.filter((address) => sent.includes(address))).toEqual([]);
        const found = marksIn(request);
        expect(found).toHaveLength(everybody.length);
        for (const address of everybody) expect(said.text).toContain(address);
        expect(said.text).not.toContain('[EMAIL');
        const { to, all } = JSON.parse(said.arguments) as { to: string; all: string[] };
        expect(everybody).toContain(to);
        expect(all.toSorted()).toEqual(everybody.toSorted());
      },
    );

    test.each([false, true])('gets masks where nothing is to come back (streamed: %s)', async (stream) => {
      await using company = await openCompany(kind, () => 'Write to [EMAIL]!', {
        redaction: { rules: [{ kinds: ['email'], mode: 'mask' }] },
      });
      const response = await company.ask(face.path(stream), face.body(stream));
      const said = await readSaid(response, { face, stream });
      expect(said.text).toBe('Write to [EMAIL]!');
      const sent = company.upstream.requests[0]?.rawBody.toString('utf8') ?? '';
      expect(sent.match(/\[EMAIL\]/g)).toHaveLength(everybody.length);
      expect(everybody.filter((address) => sent.includes(address))).toEqual([]);
    });

    test.each([false, true])('is refused where nothing may leave (streamed: %s)', async (stream) => {
      await using company = await openCompany(kind, repeats(3), {
        redaction: { rules: [{ kinds: ['email'], mode: 'block' }] },
      });
      const response = await company.ask(face.path(stream), face.body(stream));
      const text = await response.text();
      expect([response.status, company.upstream.requests]).toEqual([400, []]);
      expect(text).toContain('email');
      expect(Object.values(addresses).filter((address) => text.includes(address))).toEqual([]);
    });
  });
});
