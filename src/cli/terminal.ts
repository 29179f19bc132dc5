/**
 * The two streams of a command: stdout is data, stderr is talk. Where someone looks at stderr, its last lines may change
 * in place; where nobody does (a pipe, NO_COLOR, CI), there are neither colours nor changing lines.
 */
import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

export interface Terminal {
  /** For stderr. */
  readonly colors: Colors;
  /** Whether `show` shows anything. */
  readonly isLive: boolean;
  /** Data: a line, or several, to stdout. */
  print(text: string): void;
  /** Talk: a line, or several, to stderr, above the lines that change. */
  say(text: string): void;
  /** Replaces the lines that change. They are cut to the width of the terminal, and to half its height. */
  show(lines: readonly string[]): void;
}

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

const ESC = '\u001b[';
const CLEAR_BELOW = `${ESC}J`;
const up = (lines: number): string => (lines === 0 ? '' : `${ESC}${lines}F`);

/** `plain`: no colours and nothing that moves, even on a terminal. */
export function createTerminal({ stdout, stderr }: Streams, plain: boolean): Terminal {
  const isLive = stderr.isTTY && !plain;
  let shown: readonly string[] = [];

  /** Writes between what stands and the lines that change. */
  function above(write: () => void): void {
    if (shown.length > 0) stderr.write(up(shown.length) + CLEAR_BELOW);
    write();
    if (shown.length > 0) stderr.write(text(shown));
  }

  return {
    colors: pc.createColors(isLive),
    isLive,
    print: data => above(() => stdout.write(`${data}\n`)),
    say: talk => above(() => stderr.write(`${talk}\n`)),
    show(lines) {
      if (!isLive) return;
      const before = shown.length;
      // A terminal may not know its size.
      shown = fitting(lines, stderr.columns || 80, stderr.rows || 24);
      stderr.write(up(before) + CLEAR_BELOW + text(shown));
    },
  };
}

const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

function fitting(lines: readonly string[], columns: number, rows: number): readonly string[] {
  const most = Math.max(1, Math.floor(rows / 2));
  const kept = lines.length <= most ? lines : [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more`];
  return kept.map(line => cutVisible(line, columns - 1));
}

/** The first `width` visible characters; colours take no room. */
function cutVisible(line: string, width: number): string {
  let room = width;
  // oxlint-disable-next-line no-control-regex -- escape sequences are control characters
  return line.replace(/\u001b\[[\d;]*m|./gu, part => (part.length > 2 || room-- > 0 ? part : ''));
}
