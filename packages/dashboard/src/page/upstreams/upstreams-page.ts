import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { useQueryState } from '../router.ts';
import { Button } from '../ui/button.ts';
import { CodeBlock } from '../ui/code-block.ts';
import { Empty } from '../ui/empty.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import { PageHead } from '../ui/page-head.ts';
import { Stat } from '../ui/stat.ts';
import { useQuery } from '../use-query.ts';
import { ConfirmAct, type WantedAct } from './confirm-act.ts';
import { filterTargets, groupTargets, totalsOf, troubledOf } from './group-targets.ts';
import { UpstreamCard } from './upstream-card.ts';
import type { UpstreamStatus } from './upstream-status.ts';

/** Milliseconds between two looks, while the page is looked at. */
const pace = 2000;

const example = `import { vectorEngine, openai } from '@vector-engine/express';

app.use('/ai', vectorEngine({
  upstreams: { openai: openai({ apiKey: process.env.OPENAI_API_KEY }) },
}));`;

/** The targets by upstream, how they stand, and what can be done to them by hand. */
export function UpstreamsPage(): VNode {
  const { words, fill } = useLocale();
  const [{ find = '', only }, change] = useQueryState('upstreams');
  const asked = useQuery<{ readonly data: readonly UpstreamStatus[] }>(
    'admin/upstreams',
    {},
    { every: pace },
  );
  const [wanted, want] = useState<WantedAct>();
  const all = asked.data?.data;
  const isOnlyTroubled = only === 'troubled';
  const shown = all && filterTargets(isOnlyTroubled ? troubledOf(all) : all, find);
  const groups = shown && groupTargets(shown);
  const replace = (next: UpstreamStatus): void =>
    asked.set(({ data }) => ({ data: data.map((one) => (one.id === next.id ? { ...one, ...next } : one)) }));
  return html`<${PageHead} title=${words.shell.pages.upstreams} note=${words.upstreams.note}>
      <${Field}
        label=${words.upstreams.find}
        isLabelHidden
        type="search"
        placeholder=${words.upstreams.findHint}
        value=${find}
        onInput=${(text: string) => change({ find: text }, { replace: true })}
      />
      <${Button}
        icon="alert"
        isPressed=${isOnlyTroubled}
        onClick=${() => change({ only: isOnlyTroubled ? undefined : 'troubled' }, { replace: true })}
      >
        ${words.upstreams.onlyTroubled}
      <//>
    <//>
    ${asked.error !== undefined && html`<${ErrorBox} error=${asked.error} onRetry=${asked.reload} />`}
    <${Totals} targets=${all} />
    ${groups?.map(
      (group) =>
        html`<${UpstreamCard} key=${group.upstream} group=${group} onAct=${(act: WantedAct) => want(act)} />`,
    )}
    ${
      all?.length === 0 &&
      html`<${Empty} icon="upstreams" title=${words.upstreams.none}>
        <p>${words.upstreams.noneText}</p>
        <${CodeBlock} code=${example} label="TypeScript" />
      <//>`
    }
    ${
      all !== undefined &&
      all.length > 0 &&
      groups?.length === 0 &&
      (isOnlyTroubled && find === ''
        ? html`<${Empty} icon="check" title=${words.upstreams.allFine}><p>${words.upstreams.allFineText}</p><//>`
        : html`<${Empty} icon="filter" title=${words.upstreams.notFound}>
            <p>${fill(words.upstreams.notFoundText, { text: find })}</p>
          <//>`)
    }
    ${
      wanted !== undefined &&
      all !== undefined &&
      html`<${ConfirmAct}
        wanted=${wanted}
        all=${all}
        onDone=${(next: UpstreamStatus) => {
          replace(next);
          want(undefined);
        }}
        onClose=${() => want(undefined)}
      />`
    }`;
}

function Totals({ targets }: { readonly targets: readonly UpstreamStatus[] | undefined }): VNode {
  const { words, format } = useLocale();
  const totals = targets && totalsOf(targets);
  return html`<dl class="stats">
    <${Stat} label=${words.upstreams.targets} value=${totals && format.number(totals.targets)} />
    <${Stat} label=${words.upstreams.active} value=${totals && format.number(totals.active)} />
    <${Stat} label=${words.upstreams.waiting} value=${totals && format.number(totals.waiting)} />
    <${Stat} label=${words.upstreams.troubled} value=${totals && format.number(totals.troubled)} />
  </dl>`;
}
