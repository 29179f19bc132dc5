import { readFile } from 'node:fs/promises';

/** Linux counts CPU time in hundredths of a second, whatever its clock. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU that a process has used so far, all its threads; undefined where there is no /proc. */
export async function cpuSeconds(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, and may hold blanks; user and system time are fields 14 and 15.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** Undefined where one of both is. */
export const difference = (after: number | undefined, before: number | undefined): number | undefined =>
  after === undefined || before === undefined ? undefined : after - before;
