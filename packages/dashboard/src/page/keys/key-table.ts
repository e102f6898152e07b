import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { href, useQueryState } from '../router.ts';
import { Badge, type Tone } from '../ui/badge.ts';
import { Button } from '../ui/button.ts';
import { type Column, DataTable } from '../ui/data-table.ts';
import { Empty } from '../ui/empty.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import type { KeyInfo, KeysAnswer } from './key-shapes.ts';
import { limitKinds } from './limit-kinds.ts';
import { stateOfKey } from './read-key-form.ts';

export interface KeyTableProps {
  /** Undefined while they are loading. */
  readonly answer: KeysAnswer | undefined;
  readonly onCreate: () => void;
}

/** The keys at a place, or of a tenant, or all, in the order in which they were made. */
export function KeyTable({ answer, onCreate }: KeyTableProps): VNode {
  const { words, fill } = useLocale();
  const said = words.keys;
  const [query, change] = useQueryState('keys');
  const columns = useColumns();
  const { at = '', tenant = '', after } = query;
  const isFiltered = at !== '' || tenant !== '';
  const last = answer?.data.at(-1);
  const caption = at === '' ? said.allKeys : fill(said.keysAt, { path: at });
  const set = (name: string, value: string): void =>
    change({ [name]: value, after: undefined, key: undefined }, { replace: true });
  return html`<section class="card key-table" aria-label=${said.table}>
    <header class="card-head"><h2>${caption}</h2></header>
    <div class="filters" role="group" aria-label=${said.table}>
      <${Field} label=${said.pathFilter} type="search" value=${at} onInput=${(value: string) => set('at', value)} />
      <${Field} label=${said.tenantFilter} type="search" value=${tenant} onInput=${(value: string) => set('tenant', value)} />
      ${
        isFiltered &&
        html`<${Button}
          look="plain"
          icon="close"
          onClick=${() => change({ at: undefined, tenant: undefined, after: undefined })}
        >
          ${said.clear}
        <//>`
      }
    </div>
    <${DataTable}
      caption=${caption}
      columns=${columns}
      rows=${answer?.data}
      keyOf=${({ id }: KeyInfo) => id}
      hrefOf=${({ id }: KeyInfo) => href('keys', { ...query, key: id })}
      isMarked=${({ id }: KeyInfo) => id === query['key']}
      empty=${html`<${Empty}
        icon=${isFiltered ? 'filter' : 'keys'}
        title=${isFiltered ? said.noneFiltered : said.none}
      >
        <p>${isFiltered ? said.noneFilteredText : said.noneText}</p>
        <${Button} look="primary" icon="plus" onClick=${onCreate}>${said.create}<//>
      <//>`}
    />
    <nav class="pager" aria-label=${caption}>
      ${
        after !== undefined &&
        html`<a class="button quiet" href=${href('keys', { ...query, after: undefined })}>${said.newest}</a>`
      }
      ${
        answer?.hasMore === true &&
        last !== undefined &&
        html`<a class="button quiet" href=${href('keys', { ...query, after: last.id })}>${said.older}</a>`
      }
    </nav>
  </section>`;
}

const tones: Readonly<Record<ReturnType<typeof stateOfKey>, Tone>> = {
  active: 'good',
  disabled: 'neutral',
  expired: 'warning',
};

export function KeyStateBadge({ info }: { readonly info: KeyInfo }): VNode {
  const { words } = useLocale();
  const state = stateOfKey(info, Date.now());
  return html`<${Badge} tone=${tones[state]}>${words.keys.states[state]}<//>`;
}

/** What is limited, in short; undefined where nothing is. */
export function useLimitsText(): (info: KeyInfo) => readonly string[] | undefined {
  const { words, format, fill } = useLocale();
  return ({ limits }) => {
    const told = limitKinds.flatMap((kind) => {
      const value = limits?.[kind];
      return value === undefined ? [] : [fill(words.keys.limitShort[kind], { value: format.compact(value) })];
    });
    return told.length === 0 ? undefined : told;
  };
}

function useColumns(): readonly Column<KeyInfo>[] {
  const { words, format } = useLocale();
  const said = words.keys;
  const limitsOf = useLimitsText();
  return [
    { key: 'name', title: said.name, isElastic: true, render: ({ name }) => name },
    { key: 'hint', title: said.hint, from: 'medium', render: ({ hint }) => html`<code>${hint}</code>` },
    { key: 'state', title: said.state, render: (info) => html`<${KeyStateBadge} info=${info} />` },
    { key: 'place', title: said.place, render: ({ path, tenant }) => path ?? tenant ?? said.ownPlace },
    {
      key: 'limits',
      title: said.limits,
      from: 'medium',
      render: (info) =>
        html`<span class="limits">
          ${(limitsOf(info) ?? [said.unlimited]).map((one) => html`<span key=${one} class="nowrap">${one}</span>`)}
        </span>`,
    },
    {
      key: 'expires',
      title: said.expires,
      from: 'wide',
      render: ({ expiresAt }) =>
        html`<span class="nowrap">${expiresAt === undefined ? said.never : format.day(expiresAt)}</span>`,
    },
    {
      key: 'created',
      title: said.createdAt,
      from: 'wide',
      render: ({ createdAt }) => html`<span class="nowrap">${format.day(createdAt)}</span>`,
    },
  ];
}
