import { MOST_ITEMS, type EngineEvent, type Yielded } from '../engine/event.js';
import { isDigest, isObject, isValue } from './sent.js';

/** What is wrong with the form of a batch of items; undefined if nothing is. What it says is for the engine to judge. */
export function yieldedProblem(given: unknown): string | undefined {
  if (!isObject(given)) return 'expected a batch of items';
  const { exec, attempt, first, items, before } = given;
  if (![exec, attempt, first].every(isCount)) return 'exec, attempt, first: expected whole numbers from 0';
  if (!isItems(items)) return `items: expected at most ${MOST_ITEMS} lists of values as they travel, or a pack of them`;
  return before === undefined || isDigest(before) ? undefined : 'before: expected a digest';
}

/** What a batch means to the engine, in the workflow and in the fold alike; undefined if there is a problem with it. */
export function yieldedEvent(at: number, [given]: readonly unknown[]): (EngineEvent & Yielded) | undefined {
  if (yieldedProblem(given) !== undefined) return undefined;
  const { exec, attempt, first, items, before } = given as Omit<Yielded, 'kind'>;
  return { at, kind: 'yielded', exec, attempt, first, items, ...(before !== undefined && { before }) };
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isItems = (items: unknown): boolean =>
  Array.isArray(items) ? items.length <= MOST_ITEMS && items.every(isItem) : isObject(items) && isPack(items);
const isPack = ({ count, last, lists }: Readonly<Record<string, unknown>>): boolean =>
  isCount(count) && count !== 0 && isItem(last) && Array.isArray(lists) && lists.every(isValue);
const isItem = (item: unknown): boolean => Array.isArray(item) && item.every(value => value === null || isValue(value));
