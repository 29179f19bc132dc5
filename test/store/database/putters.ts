import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A process that puts documents (`put-child.ts`) and has not begun yet. */
export interface Putter {
  /** Titles whose puts were acknowledged, so far. */
  readonly acknowledged: readonly string[];
  begin(): void;
  /** Kills it without warning. */
  kill(): void;
  /** The exit code when it has ended; null when it was killed. */
  readonly ended: Promise<number | null>;
}

/** Starts the process; it is ready when this resolves. */
export async function startPutter(target: string, name: string, count: number): Promise<Putter> {
  const script = fileURLToPath(new URL('./put-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, target, name, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const acknowledged: string[] = [];
  const lines = createInterface(child.stdout);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  await once(lines, 'line');
  lines.on('line', line => acknowledged.push(line));
  return { acknowledged, begin: () => child.stdin.write('\n'), kill: () => child.kill('SIGKILL'), ended };
}
