import type { ComponentChildren, VNode } from 'preact';
import { classNames } from './class-names.ts';
import { html } from './html.ts';
import { Skeleton } from './skeleton.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ComponentChildren;
  /** Numbers stand at the end. */
  readonly align?: 'end';
  /** Not shown where the window is narrower than this: `wide` 1100 px, `medium` 860 px. On phones, where rows are cards, all are. */
  readonly from?: 'medium' | 'wide';
  /** Takes what room there is, and is cut where there is none. */
  readonly isElastic?: boolean;
}

export interface DataTableProps<Row> {
  /** What the table holds, for those who cannot see what is above it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while they are loading. */
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => string;
  /** Where a click on the row leads: the cell of the first column is the link. */
  readonly hrefOf?: (row: Row) => string | undefined;
  readonly isMarked?: (row: Row) => boolean;
  /** Instead of rows, where there are none. */
  readonly empty?: ComponentChildren;
  /** How many rows to show the outlines of. */
  readonly outlines?: number;
}

/** A table; on phones each row is a card. The roles are said, because a table that is laid out as cards loses its own. */
export function DataTable<Row>(props: DataTableProps<Row>): VNode {
  const { caption, columns, rows, empty } = props;
  if (rows?.length === 0 && empty !== undefined) return html`<div class="table-region">${empty}</div>`;
  return html`<div class="table-region" role="region" aria-label=${caption} tabindex="0">
    <table class="data-table" role="table" aria-busy=${rows === undefined ? 'true' : undefined}>
      <caption class="visually-hidden">${caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => html`<th key=${column.key} role="columnheader" scope="col" class=${classOf(column)}>${column.title}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${
          rows === undefined
            ? Array.from(
                { length: props.outlines ?? 6 },
                (_, at) => html`<${OutlineRow} key=${at} columns=${columns} />`,
              )
            : rows.map((row) => html`<${DataRow} key=${props.keyOf(row)} row=${row} table=${props} />`)
        }
      </tbody>
    </table>
  </div>`;
}

function DataRow<Row>({ row, table }: { readonly row: Row; readonly table: DataTableProps<Row> }): VNode {
  const href = table.hrefOf?.(row);
  const isMarked = table.isMarked?.(row) === true;
  return html`<tr role="row" class=${classNames(href !== undefined && 'has-link', isMarked && 'marked')} aria-current=${isMarked ? 'true' : undefined}>
    ${table.columns.map((column, at) => {
      const cell = column.render(row);
      return html`<td key=${column.key} role="cell" class=${classOf(column)} data-label=${column.title}>
        ${at === 0 && href !== undefined ? html`<a class="row-link cell" href=${href}>${cell}</a>` : html`<div class="cell">${cell}</div>`}
      </td>`;
    })}
  </tr>`;
}

function OutlineRow({ columns }: { readonly columns: readonly Column<never>[] }): VNode {
  return html`<tr role="row">
    ${columns.map((column, at) => html`<td key=${column.key} role="cell" class=${classOf(column)}><${Skeleton} width=${at === 0 ? 12 : 6} /></td>`)}
  </tr>`;
}

function classOf({ align, from, isElastic }: Column<never>): string {
  return classNames(
    align === 'end' && 'end',
    from !== undefined && `from-${from}`,
    isElastic === true && 'elastic',
  );
}
