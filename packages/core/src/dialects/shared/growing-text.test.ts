import { describe, expect, test } from 'vitest';
import { GrowingText } from './growing-text.ts';

describe('GrowingText', () => {
  test('is all of its pieces in their order, whenever it is read', () => {
    const text = new GrowingText();
    let wanted = '';
    for (let index = 0; index < 5000; index++) {
      const piece = index % 7 === 0 ? '' : `${index} `;
      text.add(piece);
      wanted += piece;
      expect(text.toString()).toBe(wanted);
    }
  });

  test('is empty until something is said', () => {
    const text = new GrowingText();
    text.add('');
    expect(text.isEmpty).toBe(true);
    text.add('0');
    expect(text.isEmpty).toBe(false);
    for (let index = 1; index < 1024; index++) text.add('0');
    expect(text.isEmpty).toBe(false);
    expect(text.toString()).toBe('0'.repeat(1024));
  });
});
