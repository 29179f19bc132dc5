/** Inputs of a runner by their ids, so that one that comes twice is taken once. */
import { sha256 } from '../value/sha256.js';
import type { Value } from '../value/value.js';
import type { Feed, Taken } from './fed.js';

/** How many are remembered that have ended. */
const MOST_RECENT = 2000;

export const takenAs = ({ open, recent }: Feed, id: string): Taken | undefined => open.get(id) ?? recent.get(id);

/** Tells values from others, as they travel. */
export const contentOf = (values: readonly (Value | null)[]): string => sha256(JSON.stringify(values)).slice(0, 16);

/** An input has ended: its id is remembered until as many have ended after it. O(open inputs before it). */
export function rememberEnded({ open, recent }: Feed, seq: number): void {
  for (const [id, taken] of open) {
    if (taken.seq !== seq) continue;
    open.delete(id);
    recent.set(id, taken);
    break;
  }
  const [oldest] = recent.keys();
  if (oldest !== undefined && recent.size > MOST_RECENT) recent.delete(oldest);
}
