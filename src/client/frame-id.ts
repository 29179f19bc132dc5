import { EspalierError } from '../value/espalier-error.js';

/** `link.task.sub`: where in a run a frame stands. */
export type FrameId = readonly [link: number, task: number, sub: number];

const PATTERN = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/;

/** Throws `invalid_frame_id` if the text is none. */
export function parseFrameId(text: string): FrameId {
  const [, link, task, sub] = PATTERN.exec(text) ?? [];
  if (sub !== undefined) return [Number(link), Number(task), Number(sub)];
  throw new EspalierError(
    'invalid_frame_id',
    `expected the id of a frame (link.task.sub), got ${JSON.stringify(text)}`,
  );
}

/** Whether `id` stands after `other`. */
export function isAfter(id: FrameId, other: FrameId): boolean {
  const differs = id.findIndex((part, k) => part !== other[k]);
  return differs >= 0 && (id[differs] ?? 0) > (other[differs] ?? 0);
}
