import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { PlanningModule } from '../engine/check-document.js';
import { Difference, type EngineModule } from '../engine/simulate.js';
import type { InterventionModule } from '../intervention/check-start.js';

/** A bug planted in one of the pure rooms: in `file`, `find` (which stands there once) becomes `put`. */
export interface Mutant {
  readonly bug: string;
  /** `room/file.ts` */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}
type Planted = PlanningModule & InterventionModule;

const root = resolve(import.meta.dirname, '../..');
const ROOMS = ['value', 'schema', 'expression', 'document', 'plan', 'intervention', 'engine'];
let folder = '';

beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache/mutants-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the pure rooms with the bug in it. */
export async function plant({ bug, file, find, put }: Mutant): Promise<Planted> {
  const copy = join(folder, bug.replaceAll(/\W+/g, '-'));
  for (const room of ROOMS) cpSync(join(root, 'src', room), join(copy, room), { recursive: true });
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(find), `"${find}" in ${file}`).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(find, () => put),
  );
  const engine = (await import(join(copy, 'engine/engine.ts'))) as EngineModule;
  const plan = (await import(join(copy, 'plan/compile.ts'))) as Pick<PlanningModule, 'compile'>;
  const intervention = (await import(join(copy, 'intervention/explain.ts'))) as Pick<InterventionModule, 'explain'>;
  return { ...engine, ...plan, ...intervention };
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
