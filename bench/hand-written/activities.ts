import { Context } from '@temporalio/activity';
import type { BenchValue } from '../steps.js';
import { yielded } from '../yielded.js';
import { item } from './bodies.js';

export async function count({ n, text }: BenchValue): Promise<BenchValue> {
  return { n: n + 1, text };
}

/** Signals what is yielded to its workflow: one item, one signal. */
export async function emit(items: number, ms: number): Promise<void> {
  const { client, info, heartbeat } = Context.current();
  const handle = client.workflow.getHandle(info.workflowExecution?.workflowId ?? '');
  for await (const value of yielded(items, ms)) {
    await handle.signal(item, value);
    heartbeat();
  }
}

export async function late({ n }: BenchValue): Promise<number> {
  return Date.now() - n;
}
