import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import type { ChartProps } from './chart-shape.ts';
import { html } from './html.ts';

/** The figures of a plot as a table; its rows are made when it is opened. */
export function ChartTable({ chart }: { readonly chart: ChartProps }): VNode {
  const { words } = useLocale();
  const [isOpen, setOpen] = useState(false);
  const toggle = ({ currentTarget }: { readonly currentTarget: HTMLDetailsElement }): void =>
    setOpen(currentTarget.open);
  return html`<details onToggle=${toggle}>
    <summary>${words.ui.table}</summary>
    ${isOpen && html`<${Rows} chart=${chart} />`}
  </details>`;
}

/** What a click on the plot does with a time, its row here does for the keyboard. */
function Rows({ chart }: { readonly chart: ChartProps }): VNode {
  const { label, times, series, step, format, timeFormat, onPick } = chart;
  const { words } = useLocale();
  const told = times
    .map((time, index) => ({ time, index, values: series.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null && value !== 0))
    .toReversed();
  return html`<div class="chart-table" role="region" aria-label=${label} tabindex="0">
    <table>
      <caption class="visually-hidden">${label}</caption>
      <thead>
        <tr><th scope="col">${words.ui.time}</th>${series.map((one) => html`<th key=${one.key} scope="col">${one.label}</th>`)}</tr>
      </thead>
      <tbody>
        ${told.map(
          ({ time, index, values }) => html`<tr key=${time}>
            <th scope="row">${
              onPick === undefined
                ? timeFormat(time)
                : html`<button type="button" class="link" onClick=${() => onPick({ index, time, step, key: undefined })}>${timeFormat(time)}</button>`
            }</th>${values.map((value, at) => html`<td key=${at}>${format(value)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
