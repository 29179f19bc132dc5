/**
 * Completes package-lock.json. npm leaves out optional packages for other platforms that the registry at hand does not
 * have, and `npm ci` then refuses the lock it has made. Run after `npm install`; does nothing where nothing is missing.
 * `--check` only says what is missing, and exits with 1.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([parent, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !placeOf(parent, name))
    .map(([name, version]) => ({ parent, name, version, dev: entry.dev })),
);

if (process.argv.includes('--check')) {
  for (const { name, version } of missing) console.error(`package-lock.json lacks ${name}@${version}`);
  process.exit(missing.length > 0 ? 1 : 0);
}
for (const each of missing) lock.packages[`node_modules/${each.name}`] ??= entryOf(each);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (missing.length > 0) writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} added`);

/** Where a package finds another one: beside it, or further up. */
function placeOf(parent, name) {
  for (let from = parent; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    const place = `${from && `${from}/`}node_modules/${name}`;
    if (lock.packages[place]) return place;
    if (!from) return undefined;
  }
}

/** Platform packages say in their names what they are for. */
function entryOf({ name, version, dev }) {
  const words = name.split(/[/-]/);
  const cpu = words.some(word => /eabi/.test(word)) ? ['arm'] : CPU.filter(word => words.includes(word));
  const libc = ['musl', 'gnu'].filter(word => words.includes(word)).map(word => (word === 'gnu' ? 'glibc' : word));
  const os = OS.filter(word => words.includes(word));
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}
