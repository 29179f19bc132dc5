import { readFile } from 'node:fs/promises';

/** Resident memory of a process over a time, in megabytes. */
export interface MemoryReport {
  readonly peak: number;
  /** At ten moments, evenly from the beginning to the end. */
  readonly course: readonly number[];
}

const EVERY = 1000;
const MOMENTS = 10;

/** Looks every second until the returned function is called; undefined where there is no /proc. */
export function watchMemory(pid: number): () => Promise<MemoryReport | undefined> {
  if (process.platform !== 'linux') return async () => undefined;
  const seen: Promise<number>[] = [megabytes(pid)];
  const timer = setInterval(() => seen.push(megabytes(pid)), EVERY);
  return async () => {
    clearInterval(timer);
    const all = await Promise.all([...seen, megabytes(pid)]);
    const course = Array.from(
      { length: MOMENTS },
      (_, k) => all[Math.round((k * (all.length - 1)) / (MOMENTS - 1))] ?? NaN,
    );
    return { peak: Math.max(...all), course };
  };
}

/** Not a number of a process that has ended: whoever waits for the run hears of that. */
async function megabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(status) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
