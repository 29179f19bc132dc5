import { Writable } from 'node:stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createNodeProgress } from '../../src/cli/progress.js';
import { createTerminal, type Streams, type Terminal } from '../../src/cli/terminal.js';
import { durationText, sizeText } from '../../src/cli/words.js';
import type { Frame } from '../../src/run/run.js';

const ESC = '\u001b';

/** Two streams on one screen, and what is on it. */
function screen(isTTY: boolean, columns = 40, rows = 8): { readonly streams: Streams; readonly lines: () => string[] } {
  let written = '';
  const stream = (): NodeJS.WriteStream => {
    const writable = new Writable({
      decodeStrings: false,
      write(chunk: string, _, done) {
        written += chunk;
        done();
      },
    });
    return Object.assign(writable, { isTTY, columns, rows }) as unknown as NodeJS.WriteStream;
  };
  return { streams: { stdout: stream(), stderr: stream() }, lines: () => render(written) };
}

/** What a terminal makes of it: of the sequences we use, `ESC[nF` and `ESC[J`; colours are not seen. */
function render(written: string): string[] {
  const lines = [''];
  let at = 0;
  for (const [token] of written.matchAll(new RegExp(`${ESC}\\[[\\d;]*[A-Za-z]|\\n|[^\\n${ESC}]+`, 'g'))) {
    if (token === '\n') lines[(at += 1)] ??= '';
    else if (token.endsWith('F') && token.startsWith(ESC)) at -= Number(token.slice(2, -1));
    else if (token === `${ESC}[J`) lines.splice(at, lines.length, '');
    else if (!token.startsWith(ESC)) lines[at] += token;
  }
  return lines.slice(0, -1);
}

const frame = (at: string, kind: Frame['kind'], more: Partial<Frame> = {}): Frame => ({
  at,
  kind,
  time: 1000,
  ...more,
});

describe('a terminal someone looks at', () => {
  test('keeps the changing lines below all that is said and printed', () => {
    const { streams, lines } = screen(true);
    const terminal = createTerminal(streams, false);
    terminal.show(['a runs', 'b runs']);
    terminal.say('started');
    terminal.print('data');
    expect(lines()).toEqual(['started', 'data', 'a runs', 'b runs']);
    terminal.show(['b runs']);
    terminal.say('a is done');
    expect(lines()).toEqual(['started', 'data', 'a is done', 'b runs']);
    terminal.show([]);
    expect(lines()).toEqual(['started', 'data', 'a is done']);
  });

  test('cuts lines to its width, and shows no more than half its height', () => {
    const { streams, lines } = screen(true, 20, 8);
    createTerminal(streams, false).show(Array.from({ length: 9 }, (_, index) => `${index} ${'x'.repeat(40)}`));
    expect(lines()).toEqual(['0', '1', '2'].map(index => `${index} ${'x'.repeat(17)}`).concat('… and 6 more'));
  });
});

describe.each([
  ['in a pipe', false, false],
  ['with NO_COLOR or CI', true, true],
])('a terminal %s', (_, isTTY, plain) => {
  test('has neither colours nor changing lines', () => {
    const { streams, lines } = screen(isTTY);
    const terminal = createTerminal(streams, plain);
    terminal.show(['a runs']);
    terminal.say(terminal.colors.red('red'));
    expect(lines()).toEqual(['red']);
    expect(terminal.isLive).toBe(false);
    expect(terminal.colors.red('red')).toBe('red');
  });
});

describe('the progress of a run', () => {
  const run = (terminal: Terminal) => {
    const progress = createNodeProgress(terminal, ['grind', 'brew-it']);
    for (const each of [
      frame('', 'run'),
      frame('grind', 'scheduled'),
      frame('grind', 'attempt', { attempt: 1, startedAt: 1000 }),
      frame('grind', 'attempt', { attempt: 1, error: { code: 'jammed', message: 'a stone' } }),
      frame('grind', 'completed', { time: 1250, startedAt: 1100, attempt: 2 }),
      frame('brew-it', 'scheduled'),
      frame('brew-it', 'progress', { progress: { done: 1, total: 3 } }),
      frame('', 'paused'),
      frame('brew-it', 'failed', { time: 3100, startedAt: 1100, error: { code: 'dry', message: 'no water' } }),
      frame('serve', 'skipped'),
      frame('', 'ended', { status: 'failed' }),
    ]) {
      progress.take(each);
    }
    progress.end();
  };

  test('is a line per node in a pipe, aligned', () => {
    const { streams, lines } = screen(false);
    run(createTerminal(streams, false));
    expect(lines()).toEqual([
      'grind    attempt 1 failed  jammed: a stone',
      'grind    completed in 150 ms, attempt 2',
      'run      paused',
      'brew-it  failed in 2.0 s  dry: no water',
      'serve    skipped',
    ]);
  });

  test('is the same with marks on a terminal, and leaves nothing that moves', () => {
    const { streams, lines } = screen(true, 80);
    run(createTerminal(streams, false));
    expect(lines()).toEqual([
      '✖ grind    attempt 1 failed  jammed: a stone',
      '✔ grind    completed in 150 ms, attempt 2',
      '· run      paused',
      '✖ brew-it  failed in 2.0 s  dry: no water',
      '· serve    skipped',
    ]);
  });
});

test('the progress of a run shows what runs, with its time and what it says of itself', () => {
  vi.useFakeTimers({ now: 3000 });
  onTestFinished(() => void vi.useRealTimers());
  const { streams, lines } = screen(true, 80);
  const progress = createNodeProgress(createTerminal(streams, false), ['grind', 'brew-it']);
  progress.take(frame('grind', 'scheduled'));
  progress.take(frame('brew-it', 'scheduled', { time: 2500 }));
  progress.take(frame('grind', 'progress', { progress: { done: 1, total: 3 } }));
  vi.advanceTimersByTime(100);
  expect(lines()).toEqual(['⠋ grind    2.1 s 1 of 3', '⠋ brew-it  600 ms ']);
  progress.take(frame('grind', 'completed', { startedAt: 1000, time: 3100 }));
  expect(lines()).toEqual(['✔ grind    completed in 2.1 s', '⠙ brew-it  600 ms ']);
  progress.end();
  vi.advanceTimersByTime(1000);
  expect(lines()).toEqual(['✔ grind    completed in 2.1 s']);
});

describe('quantities', () => {
  test.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1340, '1.3 s'],
    [125_000, '2 min 05 s'],
    [12_000_000, '3 h 20 min'],
  ])('%d ms', (milliseconds, text) => expect(durationText(milliseconds)).toBe(text));

  test.each([
    [812, '812 B'],
    [12_345, '12.3 kB'],
    [4_500_000, '4.5 MB'],
  ])('%d bytes', (bytes, text) => expect(sizeText(bytes)).toBe(text));
});
