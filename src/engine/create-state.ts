import { indexOf } from '../intervention/covers.js';
import { isFed } from '../plan/fed.js';
import type { Plan } from '../plan/plan.js';
import type { Breakpoint } from './breakpoint.js';
import { createFeed } from './fed.js';
import type { RunOptions } from './options.js';
import { ReadyQueue } from './ready-queue.js';
import { createStages } from './stage-table.js';
import type { State } from './state.js';
import { Worklist } from './worklist.js';

export const NO_BREAKPOINTS: readonly Breakpoint[] = [];

/** The state of a run that has not begun. */
export function createState(plan: Plan, options: RunOptions): State {
  return {
    plan,
    index: indexOf(plan),
    options,
    paused: false,
    filling: false,
    full: false,
    drain: null,
    ending: null,
    over: false,
    next: { exec: 1, timer: 1, scope: 0 },
    turn: { at: 0, started: 0, weight: 0, opened: 0, timer: false },
    scopes: new Map(),
    flights: new Map(),
    gathers: new Map(),
    gatherQueue: [],
    slices: new Map(),
    received: [],
    byId: new Map(),
    byPlace: null,
    refused: [],
    known: new Map(),
    lookUp: null,
    feed: isFed(plan) ? createFeed() : null,
    stopping: null,
    supplies: new Map(),
    unsent: new Set(),
    asked: new Map(),
    breakpoints: options.breakpoints ?? NO_BREAKPOINTS,
    holds: [],
    held: new Set(),
    timers: new Map(),
    failures: [],
    nodeTimers: new Map(),
    limits: new Map(),
    stages: options.schedule === 'stages' ? createStages(plan) : null,
    ready: new ReadyQueue(),
    readyStreams: new ReadyQueue(),
    streaming: 0,
    idle: new ReadyQueue(),
    opening: new ReadyQueue(),
    settled: new Worklist(),
    endedScopes: new Worklist(),
    touched: new Map(),
    commands: [],
    now: 0,
  };
}
