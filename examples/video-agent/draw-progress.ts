/** A terminal, or whatever else `process.stdout` may be. */
export interface Screen {
  readonly isTTY?: boolean;
  /** Characters of a line. */
  readonly columns?: number;
  write(text: string): unknown;
}

interface Row {
  readonly title: string;
  stage: string;
  /** From 0 to 1. */
  share: number;
}

const barWidth = 30;
const up = (lines: number): string => `\u001b[${lines}A`;
const clearLine = '\u001b[2K';

/** A line with a bar for each of some tasks, drawn again in its place; where there is no terminal, a line for each news. */
export class ProgressBoard {
  readonly #screen: Screen;
  readonly #rows: readonly Row[];
  #isDrawn = false;

  constructor(screen: Screen, titles: readonly string[]) {
    this.#screen = screen;
    this.#rows = titles.map((title) => ({ title, stage: '', share: 0 }));
  }

  /** `share`: from 0 to 1. */
  show(index: number, stage: string, share: number): void {
    const row = this.#rows[index];
    if (row === undefined) return;
    const isNews = row.stage !== stage;
    Object.assign(row, { stage, share });
    if (this.#screen.isTTY === true) this.#draw();
    else if (isNews) this.#screen.write(`  ${row.title}: ${stage}\n`);
  }

  #draw(): void {
    const { columns = 80 } = this.#screen;
    const titleWidth = Math.max(...this.#rows.map(({ title }) => title.length));
    const lines = this.#rows.map(({ title, stage, share }) => {
      const filled = Math.round(share * barWidth);
      const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
      const percent = `${Math.round(share * 100)} %`.padStart(5);
      // A line that breaks would be two.
      return `  ${title.padEnd(titleWidth)}  ${bar} ${percent}  ${stage}`.slice(0, columns - 1);
    });
    const back = this.#isDrawn ? up(lines.length) : '';
    this.#screen.write(back + lines.map((line) => `${clearLine}${line}\n`).join(''));
    this.#isDrawn = true;
  }
}
