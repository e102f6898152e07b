import type { VNode } from 'preact';
import { useEffect, useErrorBoundary, useRef, useState } from 'preact/hooks';
import {
  applyLanguage,
  firstLanguage,
  type Language,
  LocaleContext,
  localeOf,
  rememberLanguage,
} from './locale.ts';
import { loadPage, pageAt } from './pages.ts';
import { type PageName, usePlace } from './router.ts';
import { Navigation } from './shell/navigation.ts';
import { ErrorBox } from './ui/error-box.ts';
import { html } from './ui/html.ts';
import { Toasts } from './ui/toast.ts';

const title = document.title;

/** The whole page: navigation beside, the place that the address says within. */
export function App(): VNode {
  const [language, setLanguage] = useState<Language>(() => firstLanguage(navigator.languages));
  const locale = localeOf(language);
  const { page } = usePlace();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(page);
  useEffect(() => applyLanguage(language), [language]);
  useEffect(() => {
    document.title = `${locale.words.shell.pages[page]} · ${title}`;
  }, [page, locale]);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    // Whoever goes on by keyboard or hears the page goes on from the top of the new one.
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [page]);
  const choose = (next: Language): void => {
    rememberLanguage(next);
    setLanguage(next);
  };
  const skip = (event: Event): void => {
    // A link to `#main` would be another place.
    event.preventDefault();
    main.current?.focus();
  };
  return html`<${LocaleContext.Provider} value=${locale}>
    <a class="skip-link" href="#main" onClick=${skip}>${locale.words.shell.skip}</a>
    <div class="frame">
      <${Navigation} page=${page} title=${title} language=${language} onLanguage=${choose} />
      <main id="main" ref=${main} tabindex="-1" key=${page} aria-label=${locale.words.shell.pages[page]}>
        <${LoadedPage} page=${page} />
      </main>
    </div>
    <${Toasts} />
  <//>`;
}

function LoadedPage({ page }: { readonly page: PageName }): VNode | null {
  const [, rerender] = useState(0);
  const [error, setError] = useState<unknown>(undefined);
  // What breaks on a page is told there; the rest of the page goes on.
  const [broken, restart] = useErrorBoundary();
  const view = pageAt(page);
  useEffect(() => {
    if (view !== undefined) return;
    loadPage(page).then(() => rerender((before) => before + 1), setError);
  }, [page]);
  if (broken !== undefined) return html`<${ErrorBox} error=${broken} onRetry=${restart} />`;
  if (view !== undefined) return html`<${view} />`;
  // Another version of the page may be there by now: all of it is loaded anew.
  return error === undefined ? null : html`<${ErrorBox} error=${error} onRetry=${() => location.reload()} />`;
}
