import type { ComponentChildren, VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { href } from '../router.ts';
import type { CallEntry } from '../shapes.ts';
import { Badge, type Tone } from '../ui/badge.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { Empty } from '../ui/empty.ts';
import { html } from '../ui/html.ts';
import { type ChatRun, cutOff, offline } from './run-chat.ts';
import { useCallRow } from './use-call-row.ts';

const tones: Readonly<Record<ChatRun['state'], Tone>> = {
  waiting: 'accent',
  streaming: 'accent',
  done: 'good',
  stopped: 'neutral',
  failed: 'bad',
};

/** What came back: text as text, and what it took. */
export function ChatAnswer({ run }: { readonly run: ChatRun | undefined }): VNode {
  const { words } = useLocale();
  const said = words.playground;
  const isOver = run?.milliseconds !== undefined;
  const row = useCallRow(run?.facts?.requestId, isOver);
  if (run === undefined)
    return html`<section class="card" aria-label=${said.answer}>
      <${Empty} icon="playground" title=${said.answerEmpty}><p>${said.answerEmptyText}</p><//>
    </section>`;
  const { state, text, reasoning, error } = run;
  return html`<section class="card card-body chat-answer" aria-label=${said.answer} aria-busy=${isOver ? undefined : 'true'}>
    <header class="chat-head">
      <h2>${said.answer}</h2>
      <span role="status"><${Badge} tone=${tones[state]}>${said.states[state]}<//></span>
      ${text !== '' && html`<${CopyButton} text=${text} isCompact />`}
    </header>
    ${
      reasoning !== '' &&
      html`<details class="chat-reasoning" open=${text === ''}>
        <summary>${said.reasoning}</summary>
        <div class="chat-text">${reasoning}</div>
      </details>`
    }
    ${text !== '' && html`<div class="chat-text" data-testid="answer">${text}</div>`}
    ${state === 'done' && text === '' && html`<p class="hint">${said.noText}</p>`}
    ${state === 'stopped' && html`<p class="notice">${said.stoppedText}</p>`}
    ${
      error !== undefined &&
      html`<div class="notice bad" role="alert">
        <${Failure} error=${error} />
      </div>`
    }
    ${isOver && html`<${Facts} run=${run} row=${row} />`}
  </section>`;
}

function Failure({ error }: { readonly error: NonNullable<ChatRun['error']> }): VNode {
  const { words } = useLocale();
  const { code, message } = error;
  if (code === offline) return html`<p>${words.ui.offline}</p>`;
  if (code === cutOff) return html`<p>${words.playground.cutOff}</p>`;
  return html`<p>${message} ${code !== undefined && html`<code>${code}</code>`}</p>`;
}

interface FactsProps {
  readonly run: ChatRun;
  readonly row: CallEntry | null | undefined;
}

function Facts({ run, row }: FactsProps): VNode {
  const { words, format } = useLocale();
  const said = words.playground;
  const { facts, usage, finish, firstText, milliseconds } = run;
  const upstream = facts?.upstream === undefined ? undefined : `${facts.upstream}/${facts.model ?? ''}`;
  const input = usage?.inputTokens ?? row?.inputTokens;
  const output = usage?.outputTokens ?? row?.outputTokens;
  // Nobody was asked, or nobody answered.
  const isFree = run.state === 'failed' && facts?.cost === undefined && row?.cost === undefined;
  const part = (count: number | undefined, name: string): string =>
    count === undefined || count === 0 ? '' : ` (${name}: ${format.number(count)})`;
  const list = (items: readonly string[] | undefined): string | undefined =>
    items === undefined || items.length === 0 ? undefined : format.list(items);
  const told: readonly (readonly [name: string, value: ComponentChildren])[] = [
    [said.upstream, upstream],
    [said.attempts, facts?.attempts === undefined ? undefined : format.number(facts.attempts)],
    [said.cache, facts?.cache],
    [
      said.inputTokens,
      input === undefined
        ? undefined
        : `${format.number(input)}${part(usage?.cachedTokens ?? row?.cachedTokens, said.cached)}`,
    ],
    [
      said.outputTokens,
      output === undefined
        ? undefined
        : `${format.number(output)}${part(usage?.reasoningTokens ?? row?.reasoningTokens, said.reasoningTokens)}`,
    ],
    [said.cost, isFree ? undefined : html`<${Cost} run=${run} row=${row} />`],
    [said.firstText, firstText === undefined ? undefined : format.duration(firstText)],
    [said.total, format.duration(milliseconds)],
    [said.finish, finish === undefined ? undefined : html`<code>${finish}</code>`],
    [said.dropped, list(facts?.dropped)],
    [said.adjusted, list(facts?.adjusted)],
    [said.budget, facts?.budgetWarning],
  ];
  const id = facts?.requestId;
  return html`<dl class="facts">
      ${told.map(
        ([name, value]) =>
          value !== undefined && html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`,
      )}
    </dl>
    ${id !== undefined && html`<p class="chat-story"><a href=${href('calls', { id })}>${said.story}</a> <code class="hint long">${id}</code></p>`}`;
}

/** Of a whole answer it stands in its head; of a stream, in the books a little later. */
function Cost({ run, row }: FactsProps): VNode {
  const { words, format } = useLocale();
  const said = words.playground;
  const { facts } = run;
  if (facts?.cost !== undefined) return html`<span>${format.money(facts.cost)}</span>`;
  if (row?.cost !== undefined)
    return html`<span>
      ${format.cost(row.cost)}${row.isEstimated && html` <span class="hint">${said.estimated}</span>`}
    </span>`;
  const isComing = row === undefined && facts?.requestId !== undefined;
  return html`<span class="hint">${isComing ? said.costWaiting : said.costUnknown}</span>`;
}
