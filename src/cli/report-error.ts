import { formatIssues, type Issue } from '../document/issue.js';
import type { Failure } from '../engine/failure.js';
import { RunFailedError } from '../run/run-failed-error.js';
import { EspalierError } from '../value/espalier-error.js';
import { shownPath } from './load/shown-path.js';
import type { Terminal } from './terminal.js';
import { usersFrame } from './users-frame.js';

/** Says what went wrong; the stack and every cause only if asked for, or if the fault is ours. */
export function reportError(error: unknown, terminal: Terminal, verbose: boolean): void {
  const { red } = terminal.colors;
  terminal.say(`${red('error:')} ${messageOf(error)}`);
  if (error instanceof RunFailedError) {
    for (const line of failureLines(error.cause, verbose)) terminal.say(`  ${line}`);
  }
  if (verbose || !(error instanceof EspalierError)) sayStacks(error, terminal);
}

/** What led to a failure, from outside in, and where in the user's code. */
function failureLines(failure: Failure, verbose: boolean): readonly string[] {
  const lines: string[] = [];
  for (let at: Failure | undefined = failure; at; at = at.cause) {
    if (at !== failure) lines.push(`caused by ${at.code}: ${at.message}`);
    const place = usersFrame(at.stack ?? '');
    if (verbose)
      lines.push(...(at.stack?.split('\n').filter(line => /^\s+at /.test(line)) ?? []).map(line => line.trim()));
    else if (place !== undefined) lines.push(`at ${shownPath(place)}`);
  }
  return lines;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Its message lists the first few; who mends a file wants them all.
  const issues = 'issues' in error && Array.isArray(error.issues) ? (error.issues as Issue[]) : [];
  if (!issues.every(issue => typeof issue.path === 'string') || issues.length === 0) return error.message;
  const [head = '', ...more] = error.message.split('\n');
  if (more.length === 0) return error.message;
  return `${head}\n${formatIssues(issues).replace(/^/gm, '  ')}`;
}

function sayStacks(error: unknown, terminal: Terminal): void {
  for (let at = error; at instanceof Error; at = at.cause) {
    const stack = (at.stack ?? String(at)).replace(/^/gm, '  ');
    terminal.say(at === error ? stack : `  caused by:\n${stack}`);
  }
}
