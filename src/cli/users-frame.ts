import { fileURLToPath } from 'node:url';

/** Folders of our code: of the build, and of the sources that its source maps name. */
const OURS = ['../../src/', '../../workers/', '../../../src/', '../../../workers/'].map(folder =>
  fileURLToPath(new URL(folder, import.meta.url)),
);

/** `/folder/index.ts:6:9`: the innermost place of a stack that is in a user's file: not ours, Node's or a package's. */
export function usersFrame(stack: string): string | undefined {
  return stack
    .split('\n')
    .flatMap(line => /^\s+at (?:.*\()?(?:file:\/\/)?(\/.*?:\d+:\d+)\)?$/.exec(line)?.[1] ?? [])
    .find(place => !place.includes('/node_modules/') && !OURS.some(folder => place.startsWith(folder)));
}
