import htm from 'htm';
import { Fragment, h, type VNode } from 'preact';

const bound = htm.bind<VNode>(h);

/** Markup as a tagged template. What is put in is text or components, never markup: nothing that a caller wrote is parsed. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode {
  const made = bound(strings, ...values);
  return Array.isArray(made) ? h(Fragment, null, made) : made;
}
