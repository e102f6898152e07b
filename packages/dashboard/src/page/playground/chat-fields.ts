import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { Button } from '../ui/button.ts';
import { Combobox } from '../ui/combobox.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import type { ChatForm, ChatFormErrors } from './chat-wish.ts';

export interface ChatFieldsProps {
  readonly form: ChatForm;
  readonly errors: ChatFormErrors;
  readonly models: readonly string[];
  readonly isRunning: boolean;
  readonly isExplaining: boolean;
  readonly onChange: (form: ChatForm) => void;
  readonly onSend: () => void;
  readonly onStop: () => void;
  readonly onExplain: () => void;
}

/** What is asked. */
export function ChatFields(props: ChatFieldsProps): VNode {
  const { form, errors, models, isRunning } = props;
  const { words, fill } = useLocale();
  const said = words.playground;
  const set = (member: keyof ChatForm) => (value: string) => props.onChange({ ...form, [member]: value });
  const error = (member: keyof ChatForm): string | undefined => {
    const name = errors[member];
    return name === undefined ? undefined : said[name];
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isRunning) props.onSend();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return html`<form class="card card-body form" novalidate aria-label=${said.request} onSubmit=${submit} onKeyDown=${onKeyDown}>
    <${Combobox}
      label=${said.model}
      name="model"
      options=${models}
      placeholder=${said.modelPlaceholder}
      hint=${fill(said.modelHint, { count: models.length })}
      none=${said.modelNone}
      value=${form.model}
      error=${error('model')}
      onChange=${set('model')}
    />
    <${Field}
      label=${said.system}
      name="system"
      rows=${2}
      placeholder=${said.systemPlaceholder}
      value=${form.system}
      onInput=${set('system')}
    />
    <${Field}
      label=${said.user}
      name="user"
      rows=${5}
      placeholder=${said.userPlaceholder}
      value=${form.user}
      error=${error('user')}
      onInput=${set('user')}
    />
    <div class="form-row">
      <${Field}
        label=${said.temperature}
        name="temperature"
        hint=${said.temperatureHint}
        value=${form.temperature}
        error=${error('temperature')}
        onInput=${set('temperature')}
      />
      <${Field}
        label=${said.maxTokens}
        name="maxTokens"
        hint=${said.maxTokensHint}
        value=${form.maxTokens}
        error=${error('maxTokens')}
        onInput=${set('maxTokens')}
      />
    </div>
    <div class="chat-acts">
      ${
        // Two buttons: one that became the other while it is pressed would send the form.
        isRunning
          ? html`<${Button} key="stop" look="danger" icon="close" onClick=${props.onStop}>${said.stop}<//>`
          : html`<${Button} key="send" look="primary" type="submit" icon="playground">${said.send}<//>`
      }
      <${Button} isBusy=${props.isExplaining} onClick=${props.onExplain}>${said.explain}<//>
      <p class="hint">${said.sendHint}</p>
    </div>
  </form>`;
}
