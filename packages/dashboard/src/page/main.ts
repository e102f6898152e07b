import { h, render } from 'preact';
import { App } from './app.ts';
import { loadOthers, loadPage } from './pages.ts';
import { parsePlace } from './router.ts';
import { applyTheme, chosenTheme } from './theme.ts';

applyTheme(chosenTheme());
// What goes wrong is told where the page would be.
await loadPage(parsePlace(location.hash).page).catch(() => {});
const root = document.getElementById('page');
if (root !== null) {
  root.replaceChildren();
  render(h(App, null), root);
}
loadOthers();
