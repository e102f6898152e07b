import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { fill } from './fill.ts';
import { createFormat, type Format } from './format.ts';
import { recall, remember } from './remember.ts';
import { en, type Words } from './words/en/index.ts';
import { zh } from './words/zh/index.ts';

export type Language = 'en' | 'zh';

export interface Locale {
  readonly language: Language;
  readonly words: Words;
  readonly format: Format;
  /** `fill(words.calls.found, { count: 3 })`; see fill.ts. */
  readonly fill: (text: string, values: Readonly<Record<string, string | number>>) => string;
}

const words: Readonly<Record<Language, Words>> = { en, zh };
/** As the `lang` attribute has it. */
const tags = { en: 'en', zh: 'zh-Hans' } as const;
const made = new Map<Language, Locale>();

export function localeOf(language: Language): Locale {
  const known = made.get(language);
  if (known !== undefined) return known;
  const format = createFormat(language);
  const tools = { rules: new Intl.PluralRules(language), number: format.number };
  const locale: Locale = {
    language,
    words: words[language],
    format,
    fill: (text, values) => fill(text, values, tools),
  };
  made.set(language, locale);
  return locale;
}

/** What was chosen before, or else the first of the browser's languages that we speak. */
export function firstLanguage(wishes: readonly string[]): Language {
  const chosen = recall('language');
  if (chosen === 'en' || chosen === 'zh') return chosen;
  for (const wish of wishes) {
    const [base] = wish.toLowerCase().split('-');
    if (base === 'en' || base === 'zh') return base;
  }
  return 'en';
}

export function rememberLanguage(language: Language): void {
  remember('language', language);
}

export function applyLanguage(language: Language): void {
  document.documentElement.lang = tags[language];
}

export const LocaleContext: ReturnType<typeof createContext<Locale>> = createContext(localeOf('en'));

/** The words and the formats of the reader's language. */
export function useLocale(): Locale {
  return useContext(LocaleContext);
}
