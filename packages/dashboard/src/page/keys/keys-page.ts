import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { useQueryState } from '../router.ts';
import { Button } from '../ui/button.ts';
import { CodeBlock } from '../ui/code-block.ts';
import { Empty } from '../ui/empty.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { PageHead } from '../ui/page-head.ts';
import { useQuery } from '../use-query.ts';
import { BudgetTree, type TopUpOwner } from './budget-tree.ts';
import { CreateKey } from './edit-key.ts';
import { KeyDetail } from './key-detail.ts';
import type { KeysAnswer, ShownKey } from './key-shapes.ts';
import { KeyTable } from './key-table.ts';
import { NearLimits } from './near-limits.ts';
import { ShownKeyDialog } from './shown-key.ts';
import { TopUp } from './top-up.ts';

const example = `vectorEngine({
  keys: true,
  secret: process.env.GATEWAY_SECRET, // 32 characters or more, the same in every process
  // …
});`;

/** Keys of one page. */
const shownAtOnce = 50;

/** Who may call, and what may be spent: who is near a limit, the tree of budgets, and the keys. */
export function KeysPage(): VNode {
  const { words } = useLocale();
  const said = words.keys;
  const [query, change] = useQueryState('keys');
  const { at, tenant, after, key } = query;
  const [version, setVersion] = useState(0);
  const asked = useQuery<KeysAnswer>(
    'admin/keys',
    { path: at, tenant, after, limit: shownAtOnce },
    { version },
  );
  const [isMaking, make] = useState(false);
  const [shown, show] = useState<ShownKey>();
  const [owner, topUp] = useState<TopUpOwner>();
  const isOff = asked.data?.areOff === true;
  const renew = (): void => setVersion((before) => before + 1);
  return html`<${PageHead} title=${words.shell.pages.keys} note=${said.note}>
      ${!isOff && html`<${Button} look="primary" icon="plus" onClick=${() => make(true)}>${said.create}<//>`}
    <//>
    <${NearLimits} version=${version} />
    <${BudgetTree} at=${at} version=${version} onTopUp=${topUp} />
    ${
      isOff
        ? html`<section class="card">
            <${Empty} icon="keys" title=${said.off}>
              <p>${said.offText}</p>
              <${CodeBlock} code=${example} label="TypeScript" />
            <//>
          </section>`
        : html`
            ${asked.error !== undefined && html`<${ErrorBox} error=${asked.error} onRetry=${asked.reload} />`}
            ${
              (asked.data !== undefined || asked.error === undefined) &&
              html`<${KeyTable}
                answer=${asked.isStale ? undefined : asked.data}
                onCreate=${() => make(true)}
              />`
            }
          `
    }
    ${
      isMaking &&
      html`<${CreateKey}
        path=${at ?? ''}
        onClose=${() => make(false)}
        onMade=${(made: ShownKey) => {
          make(false);
          show(made);
          renew();
        }}
      />`
    }
    ${
      key !== undefined &&
      html`<${KeyDetail}
        key=${key}
        id=${key}
        version=${version}
        onChanged=${renew}
        onShown=${show}
        onTopUp=${topUp}
        onClose=${() => change({ key: undefined })}
      />`
    }
    ${
      owner !== undefined &&
      html`<${TopUp}
        owner=${owner}
        onClose=${() => topUp(undefined)}
        onDone=${() => {
          topUp(undefined);
          renew();
        }}
      />`
    }
    ${shown !== undefined && html`<${ShownKeyDialog} made=${shown} onClose=${() => show(undefined)} />`}`;
}
