import { provenanceText } from '../run/miss-text.js';
import type { Frame, FrameKind } from '../run/run.js';
import { detailOf, frameText, happened, progressText } from './frame-text.js';
import type { Terminal } from './terminal.js';
import { durationText } from './words.js';

/** Shows frames of a run to whoever looks at stderr. */
export interface Progress {
  take(frame: Frame): void;
  /** No more frames: nothing moves any longer. */
  end(): void;
}

/** Every frame as a line. */
export function createFrameLog(write: (line: string) => void, terminal: Terminal): Progress {
  return { take: frame => write(frameText(frame, terminal.colors)), end() {} };
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 100;
/** Longer addresses than this may stand out of line. */
const MOST_WIDTH = 40;

/**
 * One line per node, written when it has ended; on a terminal those that run stand below, with their time and progress.
 * `addresses` of the nodes that are known beforehand, for the alignment.
 */
export function createNodeProgress(terminal: Terminal, addresses: readonly string[]): Progress {
  const { colors } = terminal;
  const width = Math.min(MOST_WIDTH, Math.max(0, ...addresses.map(address => address.length)));
  const running = new Map<string, { readonly since: number; note: string }>();
  let turn = 0;

  function draw(): void {
    const spinner = colors.cyan(SPINNER[turn++ % SPINNER.length] ?? '');
    const now = Date.now();
    terminal.show(
      [...running].map(
        ([at, { since, note }]) => `${spinner} ${at.padEnd(width)}  ${colors.dim(durationText(now - since))} ${note}`,
      ),
    );
  }

  // Redrawn by the clock: a graph may have more frames than a terminal takes.
  const timer = terminal.isLive ? setInterval(draw, REDRAW_MS) : undefined;
  timer?.unref();

  return {
    take(frame) {
      const { at, kind } = frame;
      if (kind === 'scheduled' || kind === 'timer')
        running.set(at, { since: frame.time, note: kind === 'timer' ? 'sleeping' : '' });
      const node = running.get(at);
      if (node && kind === 'progress' && frame.progress) node.note = progressText(frame.progress);
      if (node && kind === 'attempt') node.note = frame.error ? `${happened(frame)}  ${detailOf(frame)}` : '';
      if (!isTold(frame)) return;
      running.delete(at);
      draw();
      terminal.say(`${markOf(frame, terminal)}${(at || 'run').padEnd(width)}  ${told(frame)}`);
    },
    end() {
      clearInterval(timer);
      terminal.show([]);
    },
  };
}

/** What has a line of its own: ends of nodes, failed attempts, and what someone asked for. */
function isTold({ kind, error, at }: Frame): boolean {
  if (kind === 'attempt') return error !== undefined;
  if (kind === 'paused' || kind === 'resumed' || kind === 'link') return true;
  return at !== '' && TOLD.has(kind);
}

const TOLD: ReadonlySet<FrameKind> = new Set<FrameKind>([
  ...(['completed', 'cached', 'failed', 'skipped', 'cancelled', 'short-circuited', 'pruned'] as const),
  ...(['intervention', 'withdrawn'] as const),
]);

const told = (frame: Frame): string =>
  [happened(frame), frame.error ? detailOf(frame) : provenanceText(frame)].filter(part => part !== '').join('  ');

function markOf({ kind }: Frame, { isLive, colors }: Terminal): string {
  if (!isLive) return '';
  if (kind === 'completed') return `${colors.green('✔')} `;
  return kind === 'failed' || kind === 'attempt' ? `${colors.red('✖')} ` : `${colors.dim('·')} `;
}
