import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

interface Line {
  readonly kills: number;
  readonly problems: number;
  readonly points: readonly { readonly point: string; readonly kills: number }[];
}

test(
  'workers, servers and services are killed, once at each point: nothing is lost, there twice, or not seen',
  { timeout: 600_000 },
  async () => {
    const args = ['--import', 'tsx', 'bench/soak/index.ts', '--only', 'faults', '--scale', '0.1', '--seed', '1'];
    const { stdout } = await run(process.execPath, args, { cwd: root });
    const { kills, problems, points } = JSON.parse(stdout) as Line;
    expect({ kills, problems }).toEqual({ kills: 10, problems: 0 });
    expect(points.map(({ kills }) => kills)).toEqual(Array.from({ length: 10 }, () => 1));
  },
);
