import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type Language, useLocale } from '../locale.ts';
import { href, type PageName, pageNames } from '../router.ts';
import { chooseTheme, chosenTheme, type Theme } from '../theme.ts';
import { html } from '../ui/html.ts';
import { Icon, type IconName } from '../ui/icon.ts';

interface NavigationProps {
  readonly page: PageName;
  readonly title: string;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}

/** Where one can go, and how the page looks and speaks. */
export function Navigation({ page, title, language, onLanguage }: NavigationProps): VNode {
  const { words } = useLocale();
  return html`<header class="side">
    <p class="brand"><${Mark} /><span>${title}</span></p>
    <nav class="pages" aria-label=${words.shell.navigation}>
      <ul>
        ${pageNames.map(
          (name) => html`<li key=${name}>
            <a href=${href(name)} aria-current=${name === page ? 'page' : undefined}><${Icon} name=${name} />${words.shell.pages[name]}</a>
          </li>`,
        )}
      </ul>
    </nav>
    <div class="choices">
      <${ThemeChoice} />
      <${LanguageChoice} language=${language} onLanguage=${onLanguage} />
    </div>
  </header>`;
}

function Mark(): VNode {
  return html`<svg class="mark" viewBox="0 0 20 20" aria-hidden="true"><path d="M3 4.5 10 16l7-11.5M10 16V8.5" /></svg>`;
}

const nextTheme: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const themeIcons: Readonly<Record<Theme, IconName>> = { auto: 'screen', light: 'sun', dark: 'moon' };

function ThemeChoice(): VNode {
  const { words, fill } = useLocale();
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (): void => {
    const next = nextTheme[theme];
    chooseTheme(next);
    setTheme(next);
  };
  const label = fill(words.shell.theme, { theme: words.shell.themes[theme] });
  return html`<button type="button" class="choice" onClick=${choose} aria-label=${label} title=${label}>
    <${Icon} name=${themeIcons[theme]} /><span>${words.shell.themes[theme]}</span>
  </button>`;
}

function LanguageChoice({
  language,
  onLanguage,
}: {
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}): VNode {
  const other = language === 'en' ? 'zh' : 'en';
  const name = other === 'zh' ? '简体中文' : 'English';
  return html`<button type="button" class="choice" lang=${other === 'zh' ? 'zh-Hans' : 'en'} onClick=${() => onLanguage(other)}>
    <span class="choice-sign" aria-hidden="true">${other === 'zh' ? '文' : 'A'}</span><span>${name}</span>
  </button>`;
}
