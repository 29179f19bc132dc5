import { quote } from '../value/quote.js';
import type { PortSchema } from './document.js';
import { parseDuration } from './duration.js';

/** What is wrong with a port's being awaited; undefined if nothing is, or if it is not. */
export function awaitedProblem(port: PortSchema, isGraphInput: boolean): string | undefined {
  const { awaited, optional, default: usual } = port;
  if (awaited === undefined) return undefined;
  if (!isGraphInput) return 'only an input of a graph can be awaited';
  if (awaited !== true && !((awaitedDeadline(port) ?? 0) > 0)) {
    return `expected \`awaited\` to be true or { deadline: '1h' }, got ${quote(awaited)}`;
  }
  if (optional === true) return 'it is awaited, so it is not optional: give it a deadline and a default';
  if (usual !== undefined && awaited === true) {
    return 'its default stands in when a deadline passes, and it has none: give it one, or take the default away';
  }
  return undefined;
}

/** Milliseconds that the port is waited for; undefined if it is for as long as the run lasts. */
export const awaitedDeadline = ({ awaited }: PortSchema): number | undefined =>
  typeof awaited === 'object' && awaited !== null && awaited.deadline !== undefined
    ? parseDuration(awaited.deadline)
    : undefined;
