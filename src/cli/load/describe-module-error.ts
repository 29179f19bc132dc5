import { usersFrame } from '../users-frame.js';
import { shownPath } from './shown-path.js';

/** `index.ts:6:9  Error: boom`: why a module could not be imported, without the way through our code. */
export function describeModuleError(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `${shownPath(file)}  threw ${String(error)}`;
  // esbuild: "Transform failed with 1 error:\n/folder/index.ts:3:18: ERROR: Unexpected ";""
  const transform = [...error.message.matchAll(/^(.+?:\d+:\d+): ERROR: (.*)$/gm)];
  if (transform.length > 0) {
    return transform.map(([, place = '', message = '']) => `${shownPlace(place)}  ${message}`).join('\n');
  }
  const place = placeOf(error) ?? file;
  const name = error.name === 'Error' || 'code' in error ? '' : `${error.name}: `;
  return `${shownPlace(place)}  ${name}${withoutUrls(error.message)}`;
}

/** Where it was thrown: in a user's file. A SyntaxError of Node's says the place before everything else. */
function placeOf({ stack = '' }: Error): string | undefined {
  return /^(?:file:\/\/)?(\/.*:\d+)\n/.exec(stack)?.[1] ?? usersFrame(stack);
}

const shownPlace = (place: string): string => {
  const [, path = place, position = ''] = /^(.*?)((?::\d+)*)$/.exec(place) ?? [];
  return shownPath(path) + position;
};

const withoutUrls = (message: string): string => message.replaceAll('file://', '');
