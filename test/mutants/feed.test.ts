import { expect, test } from 'vitest';
import { checkFeed } from '../engine/check-feed.js';
import { firstThat, plant, type Mutant } from './plant.js';

const MUTANTS: readonly Mutant[] = [
  {
    bug: 'an input that comes twice is taken twice',
    file: 'engine/feed.ts',
    find: ' || takenAs(feed, event.id)',
    put: '',
  },
  {
    bug: 'an input that comes while the last state is being saved is lost',
    file: 'engine/stop.ts',
    find: 'feed.accepted > stopping.saved',
    put: 'feed.accepted > stopping.saved + 9',
  },
  {
    bug: 'what is asked of a resumed run starts something before it goes on',
    file: 'engine/stop.ts',
    find: 'snapshot.over || snapshot.ending === null;',
    put: 'snapshot.over;',
  },
  {
    bug: 'an input that found no room waits for another event',
    file: 'engine/apply.ts',
    find: 'while (openInputs(state) || openScopes(state) || goesOn);',
    put: 'while ((openInputs(state) && false) || openScopes(state) || goesOn);',
  },
  {
    bug: 'what happens while the last state is being saved counts',
    file: 'engine/apply.ts',
    find: 'if ((state.over || isSaving(state)) &&',
    put: 'if (state.over &&',
  },
  {
    bug: 'a run that is being stopped starts steps',
    file: 'engine/may-start.ts',
    find: '  state.stopping === null &&\n',
    put: '',
  },
  {
    bug: 'a run that was resumed is still being stopped',
    file: 'engine/stop.ts',
    find: 'if (!stopping || snapshot.over) return { ...snapshot, over, timers };',
    put: 'if (stopping ?? true) return { ...snapshot, over, timers };',
  },
  {
    bug: 'a stop saves nothing',
    file: 'engine/stop.ts',
    find: 'if (!stopping.persist) return end(state);',
    put: 'return end(state);',
  },
  {
    bug: 'idle is told after every event',
    file: 'engine/feed.ts',
    find: '    feed.isIdle = true;\n',
    put: '',
  },
  {
    bug: 'a runner is idle once',
    file: 'engine/feed.ts',
    find: '  feed.isIdle = false;\n',
    put: '',
  },
  {
    bug: 'a checkpoint comes one cycle early',
    file: 'engine/feed.ts',
    find: 'feed.cycles % every === 0',
    put: '(feed.cycles + 1) % every === 0',
  },
  {
    bug: 'the failures of an input stay with the run',
    file: 'engine/feed-result.ts',
    find: '...(failures.length > 0 && { failures }),',
    put: '',
  },
  {
    bug: 'hooks that were not called are forgotten by a snapshot',
    file: 'engine/fed.ts',
    find: '  untold: [...feed.untold],\n  open: takenSnapshots(open)',
    put: '  untold: [],\n  open: takenSnapshots(open)',
  },
  {
    bug: 'inputs that wait are forgotten by a snapshot',
    file: 'engine/fed.ts',
    find: '  queue: [...feed.queue],\n  done: [...feed.done],\n  untold: [...feed.untold],\n  open: takenSnapshots(open)',
    put: '  queue: [],\n  done: [...feed.done],\n  untold: [...feed.untold],\n  open: takenSnapshots(open)',
  },
  {
    bug: 'a part that was lost is not kept again',
    file: 'engine/feed-calls.ts',
    find: '    feed.keeping = null;\n',
    put: '',
  },
  {
    bug: 'a part names itself as the one before it',
    file: 'engine/feed.ts',
    find: 'before: feed.head',
    put: 'before: null',
  },
  {
    bug: 'results stay here when they are in the store',
    file: 'engine/feed.ts',
    find: 'feed.done.splice(0, feed.keeping.count)',
    put: 'feed.done.slice(0, feed.keeping.count)',
  },
];

const SEEDS = 400;

test.each(MUTANTS)(
  'the random runners catch it if $bug',
  async mutant => {
    const module = await plant(mutant);
    expect(firstThat(SEEDS, seed => checkFeed(module, seed))).toBeGreaterThanOrEqual(0);
  },
  120_000,
);
