import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../cli/espalier.js';

/** Commands of an example's README, in order: what is indented, a command that goes on in the next line included. */
export async function readmeCommands(example: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, 'examples', example, 'README.md'), 'utf8');
  return [...text.matchAll(/^ {4}((?:espalier|curl) .*(?:\n {6}.*)*)$/gm)].map(([, command = '']) => command);
}
