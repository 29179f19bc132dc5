/** What is said of a run that holds at a breakpoint, and what lets it go on. */
import { createInterface } from 'node:readline';
import type { Hold } from '../engine/breakpoint.js';
import type { Run } from '../run/run.js';
import { quotedCommand } from './shell.js';
import type { Terminal } from './terminal.js';

/** Told of each address where the run begins to hold. */
export type OnHeld = (at: string) => Promise<void>;

/** `before publish`, `after draft`, `at draft.length (value > 5)` */
export function holdText({ at, breakpoint }: Hold): string {
  if ('before' in breakpoint) return `before ${at}`;
  return 'after' in breakpoint ? `after ${at}` : `at ${at} (${breakpoint.if})`;
}

export const continueCommand = (id: string, where: readonly string[]): string =>
  quotedCommand(['runs', 'continue', id, ...where]);

/** Says which command releases it. `where`: what makes that command find the same server. */
export function sayHeld(run: Run<unknown>, where: readonly string[], terminal: Terminal): OnHeld {
  return async at => {
    for (const hold of await holdsAt(run, at)) {
      terminal.say(`held ${holdText(hold)}: ${continueCommand(run.id, where)} goes on`);
    }
  };
}

/** Of a run in this process, which no other command reaches: a line on stdin releases it, or that stdin has ended. */
export function releaseByEnter(run: Run<unknown>, terminal: Terminal): OnHeld {
  let lines: AsyncIterator<string> | undefined;
  return async at => {
    lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    for (const hold of await holdsAt(run, at)) {
      terminal.say(`held ${holdText(hold)}: Enter goes on`);
      const { done } = await lines.next();
      if (done) terminal.say('nobody can press Enter: going on');
      await run.continue(at);
    }
  };
}

/** What holds there now: who looks at an old run sees holds that have long been released. */
async function holdsAt(run: Run<unknown>, at: string): Promise<readonly Hold[]> {
  // That it can't be asked is no reason to stop.
  const { holds = [] } = await run.view().catch(() => ({ holds: [] }));
  return holds.filter(hold => hold.at === at);
}
