/** Streams, eaches and loops as an expert would write them by hand. */
import { condition, continueAsNew, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import type { BenchValue } from '../steps.js';
import { count, emit, late } from './proxies.js';

/** An item of a stream, from its activity. */
export const item = defineSignal<[BenchValue]>('item');

/** What an activity signals, as a list. */
export async function collected(items: number, ms: number): Promise<{ readonly all: readonly BenchValue[] }> {
  const all: BenchValue[] = [];
  setHandler(item, value => void all.push(value));
  await emit(items, ms);
  await condition(() => all.length === items);
  return { all };
}

/** How late the activity of each item begins. */
export async function lates(items: number, ms: number): Promise<{ readonly all: readonly number[] }> {
  const all: Promise<number>[] = [];
  setHandler(item, value => void all.push(late(value)));
  await emit(items, ms);
  await condition(() => all.length === items);
  return { all: await Promise.all(all) };
}

/** An activity for each item of a list, `concurrency` at once. */
export async function eachOfList(
  list: readonly BenchValue[],
  concurrency: number,
): Promise<{ readonly all: readonly BenchValue[] }> {
  const all: BenchValue[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let k = next++; k < list.length; k = next++) all[k] = await count(list[k] as BenchValue);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return { all };
}

/** One activity for each iteration, until the number is enough. */
export async function counted(value: BenchValue, enough: number): Promise<{ readonly value: BenchValue }> {
  let last = value;
  while (last.n < enough) {
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof counted>(last, enough);
    last = await count(last);
  }
  return { value: last };
}
