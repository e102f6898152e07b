import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { recall, remember } from '../remember.ts';
import { CodeBlock } from '../ui/code-block.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import type { ChatWish } from './chat-wish.ts';
import { type CodeKind, codeKinds, codeNames, codePackages, keyVariable, writeCode } from './write-code.ts';

/** The request as curl, and as a program in four languages. */
export function CodeView({ wish }: { readonly wish: ChatWish }): VNode {
  const { words, fill } = useLocale();
  const said = words.playground;
  const [kind, choose] = useState<CodeKind>('curl');
  const [baseUrl, setBaseUrl] = useState(() => recall('base-url') ?? guessBaseUrl());
  const set = (value: string): void => {
    setBaseUrl(value);
    remember('base-url', value === '' || value === guessBaseUrl() ? undefined : value);
  };
  const install = codePackages[kind];
  return html`<section class="card card-body form code-view" aria-label=${said.code}>
    <div>
      <h2>${said.code}</h2>
      <p class="hint">${fill(said.codeNote, { variable: keyVariable })}</p>
    </div>
    <${Field} label=${said.baseUrl} name="baseUrl" hint=${said.baseUrlHint} value=${baseUrl} onInput=${set} />
    <div class="segments" role="group" aria-label=${said.language}>
      ${codeKinds.map(
        (one) =>
          html`<button key=${one} type="button" aria-pressed=${String(one === kind)} onClick=${() => choose(one)}>
            ${codeNames[one]}
          </button>`,
      )}
    </div>
    ${install !== undefined && html`<p class="hint"><code>${install}</code></p>`}
    <${CodeBlock} code=${writeCode(kind, wish, baseUrl)} label=${codeNames[kind]} />
  </section>`;
}

/** Most mount the gateway there; nobody has told the page. */
function guessBaseUrl(): string {
  return `${location.origin}/ai/v1`;
}
