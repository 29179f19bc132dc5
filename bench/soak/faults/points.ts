/** Where runs are struck: what such a run is like, when the moment has come, and how it is told that it was the moment. */
import type { LinkLimits } from '../../../src/protocol/start.js';
import type { Random } from '../../../test/engine/random.js';
import { batchesTaken, isBetweenExecutions, isHandOver, isInFlight, type Facts } from './facts.js';
import type { Shape } from './graph.js';

/** What Temporal says of a run that goes on. */
export interface Now {
  /** Of the link. */
  readonly execution: string;
  readonly events: number;
  /** Ids of activities. */
  readonly inFlight: readonly string[];
}

interface Aim {
  readonly shape: Shape;
  readonly limits: LinkLimits;
  /** Whether the moment has come, once the run holds; `before`: what Temporal said first. */
  readonly isDue?: (now: Now, before: Now) => boolean;
}

export interface Point {
  readonly name: string;
  readonly kills: 'worker' | 'server' | 'service';
  readonly aim: (random: Random) => Aim;
  /** Whether it was struck there. */
  readonly isStruck: (facts: Facts) => boolean;
}

const SHORT: LinkLimits = { events: 50 };

const between = (random: Random, least: number, most: number): number => least + random.below(most - least + 1);

function shapeOf(random: Random, hold: (shape: Omit<Shape, 'hold'>) => Shape['hold'], more: object = {}): Shape {
  const shape = {
    count: between(random, 8, 14),
    rounds: between(random, 5, 9),
    buffer: random.pick([1, 4, 1000]),
    concurrency: between(random, 1, 4),
    ms: random.pick([0, 20, 60]),
    ...more,
  };
  return { ...shape, hold: hold(shape) };
}

/** Holds in the stream; before its first item, or once items are worked at. */
const inStream = (random: Random): Aim => {
  const shape = shapeOf(random, ({ count, buffer, concurrency }) => ({
    at: 'numbers',
    // What has no room yet is not asked for.
    item: between(random, 1, Math.min(count - 1, buffer + concurrency)),
    after: 'each[0]/once',
  }));
  return { shape, limits: SHORT };
};

/** Holds in an iteration of either loop. */
const inLoop = (random: Random): Aim => {
  const shape = shapeOf(random, ({ count, rounds }) => ({
    at: random.pick([
      `beside@${random.below(rounds)}/round`,
      `each[${random.below(count)}]/twice@${random.below(2)}/again`,
    ]),
  }));
  return { shape, limits: SHORT };
};

/** Holds while its link comes to rest, or while it is cut short; or is struck just as the next one begins. */
const inHandOver = (random: Random): Aim => {
  const limits = random.pick<LinkLimits>([SHORT, { events: 1000, full: { events: 50, within: 500 } }]);
  const most = limits.full?.events ?? limits.events;
  const shape = shapeOf(
    random,
    ({ rounds }) => ({
      at: random.pick([`beside@${random.below(rounds / 2)}/round`, `each[${random.below(4)}]/once`, 'numbers']),
    }),
    { count: 24, concurrency: 4, rounds: 16 },
  );
  const { at } = shape.hold;
  const begins = limits.full !== undefined && random.chance(0.5);
  return {
    shape: at === 'numbers' ? { ...shape, hold: { at, item: 3, after: 'each[0]/once' } } : shape,
    limits,
    isDue: (now, before) => (begins ? now.execution !== before.execution : now.events >= most),
  };
};

const isHeld = (facts: Facts): boolean => isInFlight(facts, facts.held.node);
const isMidStream = (facts: Facts): boolean => isHeld(facts) && batchesTaken(facts) > 0;

export const POINTS: readonly Point[] = [
  {
    name: 'worker before the first item',
    kills: 'worker',
    aim: random => ({ shape: shapeOf(random, () => ({ at: 'numbers', item: 0 })), limits: SHORT }),
    isStruck: facts => isHeld(facts) && batchesTaken(facts) === 0,
  },
  { name: 'worker between items', kills: 'worker', aim: inStream, isStruck: isMidStream },
  {
    name: 'worker after the last item',
    kills: 'worker',
    aim: random => ({
      shape: shapeOf(random, ({ count }) => ({ at: 'numbers', item: count, after: `each[${count - 1}]/once` })),
      limits: SHORT,
    }),
    isStruck: isMidStream,
  },
  {
    name: 'worker with a parked stream',
    kills: 'worker',
    aim: random => ({
      shape: shapeOf(random, () => ({ at: `each[${random.below(8)}]/once` }), { count: 14, buffer: 1, concurrency: 1 }),
      limits: SHORT,
      isDue: ({ inFlight }) => !inFlight.some(id => id.startsWith('numbers')),
    }),
    isStruck: facts => isHeld(facts) && isBetweenExecutions(facts, 'numbers'),
  },
  { name: 'worker in an iteration', kills: 'worker', aim: inLoop, isStruck: isHeld },
  { name: 'worker in a hand-over', kills: 'worker', aim: inHandOver, isStruck: isHandOver },
  { name: 'server between items', kills: 'server', aim: inStream, isStruck: isMidStream },
  { name: 'server in an iteration', kills: 'server', aim: inLoop, isStruck: isHeld },
  { name: 'server in a hand-over', kills: 'server', aim: inHandOver, isStruck: isHandOver },
  {
    name: 'service with watchers',
    kills: 'service',
    aim: random => (random.chance(0.5) ? inStream(random) : inLoop(random)),
    isStruck: facts => isHeld(facts) && facts.seen > 0,
  },
];
