import { recall, remember } from './remember.ts';

/** `auto`: as the system has it. */
export type Theme = 'auto' | 'light' | 'dark';

export function chosenTheme(): Theme {
  const theme = recall('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') delete dataset['theme'];
  else dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  remember('theme', theme === 'auto' ? undefined : theme);
  applyTheme(theme);
  document.dispatchEvent(new Event('themechange'));
}

/** Runs when the colours are others, by choice or by the system; returns what ends it. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', listener);
  document.addEventListener('themechange', listener);
  return () => {
    system.removeEventListener('change', listener);
    document.removeEventListener('themechange', listener);
  };
}
