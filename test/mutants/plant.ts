import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { PlanningModule } from '../engine/check-document.js';
import { Difference, type EngineModule } from '../engine/simulate.js';
import type { InterventionModule } from '../intervention/check-start.js';
import type { ForkModule } from '../run/check-fork.js';

/** A bug planted in one of the pure rooms: in `file`, `find` (which stands there once) becomes `put`. */
export interface Mutant {
  readonly bug: string;
  /** `room/file.ts` */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}
type Planted = PlanningModule & InterventionModule & ForkModule;

const root = resolve(import.meta.dirname, '../..');
const SOURCES = join(root, 'src');
/** Each imports those before it only. */
const ROOMS = ['value', 'schema', 'expression', 'document', 'plan', 'intervention', 'engine', 'run'];
let folder = '';

beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache/mutants-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * The pure rooms with the bug in them: copies of its room and of those that may import that, since loading all of them anew
 * takes longer than finding most bugs.
 */
export async function plant({ bug, file, find, put }: Mutant): Promise<Planted> {
  const copy = join(folder, bug.replaceAll(/\W+/g, '-'));
  const [room = ''] = file.split('/');
  const copied = ROOMS.slice(ROOMS.indexOf(room));
  for (const name of copied) copyRoom(name, copy, copied);
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(find), `"${find}" in ${file}`).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(find, () => put),
  );
  const load = (name: string): Promise<unknown> =>
    import(join(copied.includes(name.split('/')[0] ?? '') ? copy : SOURCES, name));
  const engine = (await load('engine/engine.ts')) as EngineModule;
  const plan = (await load('plan/compile.ts')) as Pick<PlanningModule, 'compile'>;
  const intervention = (await load('intervention/explain.ts')) as Pick<InterventionModule, 'explain'>;
  const fork = (await load('run/fork.ts')) as Pick<ForkModule, 'forkOf'>;
  return { ...engine, ...plan, ...intervention, ...fork };
}

/** A copy that imports the sources of the rooms that are not copied. */
function copyRoom(room: string, to: string, copied: readonly string[]): void {
  mkdirSync(join(to, room), { recursive: true });
  for (const name of readdirSync(join(SOURCES, room))) {
    const text = readFileSync(join(SOURCES, room, name), 'utf8');
    const moved = text.replaceAll(/ from '\.\.\/(\w+)\//g, (same, other: string) =>
      copied.includes(other) ? same : ` from '${relative(join(to, room), SOURCES)}/${other}/`,
    );
    writeFileSync(join(to, room, name), moved);
  }
}

/** The first number below `most` for which `check` finds a difference; -1 if there is none. */
export function firstThat(most: number, check: (k: number) => void): number {
  for (let k = 0; k < most; k += 1) if (differs(() => check(k))) return k;
  return -1;
}

/** That a planted bug crashes, or refuses a document, does not count. */
function differs(check: () => void): boolean {
  try {
    check();
    return false;
  } catch (error) {
    return error instanceof Difference;
  }
}
