import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { useLocale } from '../locale.ts';
import { useQueryState } from '../router.ts';
import { CodeBlock } from '../ui/code-block.ts';
import { Empty } from '../ui/empty.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { PageHead } from '../ui/page-head.ts';
import { useAct } from '../use-act.ts';
import { useQuery } from '../use-query.ts';
import { ChatAnswer } from './chat-answer.ts';
import { ChatFields } from './chat-fields.ts';
import { bodyOf, type ChatForm, emptyChatForm, readChatForm } from './chat-wish.ts';
import { CodeView } from './code-view.ts';
import { ExplainView } from './explain-view.ts';
import { chatModels, type Explanation, type ModelInfo } from './playground-shapes.ts';
import { useChat } from './use-chat.ts';

const example = `vectorEngine({
  upstreams: { openai: openai({ apiKey: process.env.OPENAI_API_KEY }) },
  models: { writer: 'openai/gpt-5.2' },
});`;

/** Tries a model through the gateway: what it says, what it takes, and what the gateway does for it. */
export function PlaygroundPage(): VNode {
  const { words } = useLocale();
  const said = words.playground;
  const asked = useQuery<{ readonly data: readonly ModelInfo[] }>('admin/models');
  const models = asked.data && chatModels(asked.data.data);
  if (models?.length === 0)
    return html`<${PageHead} title=${words.shell.pages.playground} note=${said.note} />
      <section class="card">
        <${Empty} icon="playground" title=${said.noChat}>
          <p>${said.noChatText}</p>
          <${CodeBlock} code=${example} label="TypeScript" />
        <//>
      </section>`;
  return html`<${PageHead} title=${words.shell.pages.playground} note=${said.note} />
    ${asked.error !== undefined && html`<${ErrorBox} error=${asked.error} onRetry=${asked.reload} />`}
    <${Bench} models=${models ?? []} />`;
}

function Bench({ models }: { readonly models: readonly string[] }): VNode {
  const { words } = useLocale();
  const [query, change] = useQueryState('playground');
  const [form, setForm] = useState<ChatForm>({ ...emptyChatForm, model: query['model'] ?? '' });
  const [isTried, setTried] = useState(false);
  const [explanation, setExplanation] = useState<Explanation>();
  const explaining = useAct();
  const chat = useChat();
  const { wish, errors } = readChatForm(form);
  const isReady = Object.keys(errors).length === 0;
  // Code that would run stands there also before anything is typed.
  const shown = {
    ...wish,
    model: wish.model === '' ? (models[0] ?? '') : wish.model,
    user: wish.user === '' ? words.playground.exampleMessage : wish.user,
  };
  const explain = (): void => {
    setTried(true);
    if (!isReady) return;
    void explaining.run(async () => {
      setExplanation(undefined);
      setExplanation(await send<Explanation>('admin/explain', { body: bodyOf(wish) }));
    });
  };
  const start = (): void => {
    explain();
    if (!isReady) return;
    change({ model: form.model }, { replace: true });
    chat.start(wish);
  };
  return html`<div class="bench">
    <div class="bench-side">
      <${ChatFields}
        form=${form}
        errors=${isTried ? errors : {}}
        models=${models}
        isRunning=${chat.isRunning}
        isExplaining=${explaining.isBusy}
        onChange=${setForm}
        onSend=${start}
        onStop=${chat.stop}
        onExplain=${explain}
      />
    </div>
    <div class="bench-side">
      <${ChatAnswer} run=${chat.run} />
      <${ExplainView} explanation=${explanation} error=${explaining.error} />
    </div>
    <${CodeView} wish=${shown} />
  </div>`;
}
