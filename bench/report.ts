import { writeFile } from 'node:fs/promises';
import type { Spread } from './measure.js';

/** What was measured of one side. A name says the unit of its figure. */
export interface Result {
  /** The table it stands in. */
  readonly part: string;
  readonly bench: string;
  readonly side: string;
  readonly ms?: Spread & { readonly p99?: number };
  readonly figures?: Figures;
  /** Of `ms` and figures, to the side that it is measured against. */
  readonly ratio?: Figures;
}

/** What has no value could not be measured here. */
export type Figures = Readonly<Record<string, number | undefined>>;

/** Writes each result as a line of JSON as soon as it is there, and all of them as tables at the end. */
export class Report {
  private readonly results: Result[] = [];

  add(result: Result): void {
    this.results.push(result);
    const { part, bench, side, ms, figures, ratio } = result;
    const line = {
      part,
      bench,
      side,
      ...(ms && { ms: allRounded(ms) }),
      ...allRounded(figures),
      ...(ratio && { ratio: allRounded(ratio) }),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }

  /** Markdown, to a file or to stderr. */
  async finish(file: string | undefined): Promise<void> {
    const parts = [...new Set(this.results.map(({ part }) => part))];
    const ofPart = (wanted: string): readonly Result[] => this.results.filter(({ part }) => part === wanted);
    const text = parts.map(part => table(part, ofPart(part))).join('\n');
    if (file === undefined) process.stderr.write(`\n${text}`);
    else await writeFile(file, text);
  }
}

/** One table a part; a column for each figure that any of its results has. */
function table(part: string, results: readonly Result[]): string {
  const rows = results.map(cellsOf);
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const head = line(columns) + line(columns.map(name => (name === 'bench' || name === 'side' ? '---' : '---:')));
  return `### ${part}\n\n${head}${rows.map(row => line(columns.map(name => row[name] ?? ''))).join('')}`;
}

function cellsOf({ bench, side, ms, figures, ratio = {} }: Result): Readonly<Record<string, string>> {
  const cells: Record<string, string> = { bench, side };
  if (ms) {
    cells['p50 ms'] = withRatio(ms.p50, ratio['ms']);
    if (ms.p99 !== undefined) cells['p99 ms'] = text(ms.p99);
    cells['min–max ms'] = `${text(ms.min)}–${text(ms.max)}`;
  }
  for (const [name, figure] of Object.entries(figures ?? {})) {
    if (figure !== undefined) cells[inWords(name)] = withRatio(figure, ratio[name]);
  }
  return cells;
}

const withRatio = (figure: number, ratio: number | undefined): string =>
  ratio === undefined ? text(figure) : `${text(figure)} (${ratio.toFixed(2)}×)`;

/** `workerCpuSeconds` is a column `worker CPU seconds`. */
const inWords = (name: string): string =>
  name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).replace('cpu', 'CPU');

const text = (figure: number): string => rounded(figure).toLocaleString('en');

/** Three digits say more than was measured. */
function rounded(figure: number): number {
  return Math.abs(figure) >= 100 ? Math.round(figure) : Number(figure.toPrecision(3));
}

function allRounded(figures: object | undefined): Figures {
  const entries = Object.entries(figures ?? {}) as [string, number | undefined][];
  return Object.fromEntries(
    entries.flatMap(([name, figure]) => (figure === undefined ? [] : [[name, rounded(figure)]])),
  );
}
