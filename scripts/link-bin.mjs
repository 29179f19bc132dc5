// Build step: makes `npx espalier` in this repository mean what was just built, as it does where the package is installed.
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../node_modules/.bin/', import.meta.url));
const program = '../../dist/src/cli/main.js';

await chmod(new URL(program, new URL('../node_modules/.bin/', import.meta.url)), 0o755);
await mkdir(folder, { recursive: true });
await rm(`${folder}espalier`, { force: true });
await symlink(program, `${folder}espalier`);
