import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** A process, told apart from a later one with the same pid by when it was born. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Compared as text only. */
  readonly born: string;
}

/** The process that has this pid now; `undefined` when none has, or only one that is dead and not yet reaped. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const born = process.platform === 'linux' ? await bornOnLinux(pid) : await bornByPs(pid);
  return born === undefined ? undefined : { pid, born };
}

/** Whether that very process still runs. */
export async function isAlive(known: ProcessIdentity): Promise<boolean> {
  return (await identify(known.pid))?.born === known.born;
}

/** The boot and the clock tick of the start: `ps` is missing in slim containers, /proc is not. */
async function bornOnLinux(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in brackets and may hold anything; the third is the state.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state, threads, start] = [fields[0], Number(fields[17]), fields[19]];
  // A killed process counts as a zombie while other threads of it still hold its files and ports.
  if (start === undefined || ((state === 'Z' || state === 'X') && threads <= 1)) return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()} ${start}`;
}

function bornByPs(pid: number): Promise<string | undefined> {
  return new Promise(resolve => {
    // The same text for whoever asks: dates are written by locale and time zone.
    const env = { LC_ALL: 'C', TZ: 'UTC' };
    execFile('/bin/ps', ['-o', 'state=,lstart=', '-p', String(pid)], { env }, (error, stdout) => {
      const [, state, born] = /^\s*(\S)\S*\s+(.*\S)\s*$/.exec(stdout) ?? [];
      resolve(error || state === 'Z' ? undefined : born);
    });
  });
}
