import { execFile } from 'node:child_process';

/** How a command is run. */
export interface CommandOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What errors call it; default the command line. */
  readonly label?: string;
}

/** Runs a program to its end: its stdout, or an error with the command and the end of what it said. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = { env: options.env, timeout: options.timeoutMs, maxBuffer: 16 * 1024 * 1024 };
    execFile(command, [...args], settings, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const reason = explain(error, `${stdout}\n${stderr}`, options.timeoutMs);
      const label = options.label ?? `\`${shorten([command, ...args].join(' '))}\``;
      reject(new Error(`${label}: ${reason}`, { cause: error }));
    });
  });
}

function explain(error: Error & { code?: unknown; killed?: boolean }, output: string, timeoutMs: number): string {
  if (error.code === 'ENOENT') return 'no such program on PATH';
  if (error.killed) return `not done after ${timeoutMs / 1000} s`;
  const said = output.replaceAll(/\s+/g, ' ').trim();
  return (said.length > 500 ? `…${said.slice(-500)}` : said) || `ended with ${String(error.code)}`;
}

const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text);
