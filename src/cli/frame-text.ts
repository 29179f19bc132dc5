import type { Frame } from '../run/run.js';
import { provenanceText } from '../run/miss-text.js';
import type { Colors } from './terminal.js';
import { shownValues } from './value-text.js';
import { clockText, durationText } from './words.js';

/** A frame as a line for people: `01:02:03  brew  completed in 12 ms`. */
export function frameText(frame: Frame, colors: Colors): string {
  const what = [happened(frame), detailOf(frame)].filter(part => part !== '').join('  ');
  const id = frame.id === undefined ? '' : `  ${frame.id}`;
  return `${clockText(frame.time)}  ${frame.at === '' ? 'run' : frame.at}  ${what}${colors.dim(id)}`;
}

/** What became of a node, for its one line of progress: `completed in 12 ms`. */
export function happened(frame: Frame): string {
  const { kind, startedAt, time, attempt = 1 } = frame;
  switch (kind) {
    case 'run':
      return 'started';
    case 'ended':
      return frame.status ?? 'ended';
    case 'link':
      return 'continued as new';
    case 'timer':
      return 'sleeping';
    case 'intervention':
      return frame.outcome === undefined ? 'intervention refused' : `intervention ${frame.outcome}`;
    case 'withdrawn':
      return 'intervention withdrawn';
    case 'attempt':
      return frame.error ? `attempt ${attempt} failed` : `attempt ${attempt}`;
    case 'completed':
    case 'failed': {
      const took = startedAt === undefined ? '' : ` in ${durationText(time - startedAt)}`;
      return `${kind}${took}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
    }
    default:
      return kind;
  }
}

/** `code: message` of a failure, progress, or outputs. */
export function detailOf(frame: Frame): string {
  const { error, progress, outputs = {} } = frame;
  if (error) return `${error.code}: ${error.message}`;
  if (progress) return progressText(progress);
  return [shownValues(outputs), provenanceText(frame)].filter(part => part !== '').join('  ');
}

/** `3 of 10`, `3` */
export const progressText = ({ done, total }: NonNullable<Frame['progress']>): string =>
  total === undefined ? String(done) : `${done} of ${total}`;
