import { expect, test } from 'vitest';
import { columns } from './columns.ts';
import { renderPage } from './render-page.ts';
import { answerAll, askForAll, failAll, type Table } from './tables.ts';

const [asked, answered, failed] = await Promise.all([askForAll(), answerAll(), failAll()]);

function lostIn(tables: readonly Table[]): readonly string[] {
  return tables.flatMap(({ face, rows }) =>
    rows.flatMap(({ name, fates }) =>
      fates.flatMap((fate, index) =>
        fate.startsWith('lost') ? [`${name}, ${face.title} and ${columns[index]?.title}: ${fate}`] : [],
      ),
    ),
  );
}

test('nothing that a caller asks for is lost without a word', () => {
  expect(lostIn(asked)).toEqual([]);
});

test('nothing that an answer holds is lost', () => {
  expect(lostIn(answered)).toEqual([]);
});

test('an error keeps its meaning', () => {
  expect(lostIn(failed)).toEqual([]);
});

/** To write it anew: `npx vitest run --project fast test/dialects/features -u`. */
test('the documentation shows what becomes of each feature', async () => {
  const page = renderPage({ asked, answered, failed });
  await expect(page).toMatchFileSnapshot('../../../docs/features.md');
});
