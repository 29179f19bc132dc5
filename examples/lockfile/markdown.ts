import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { InputOf } from 'espalier';
import type { report } from './contracts.js';

type Findings = InputOf<typeof report>;

export function writeReport(found: Findings): string {
  const { packages, licences, unknown, duplicates, largest, scripts } = found;
  const dev = packages.filter(({ dev }) => dev).length;
  return [
    `# Lock file of ${found.project}`,
    '',
    `${packages.length} packages, ${dev} of them for development only; ` +
      `${megabytes(found.total)} installed (${found.measured} packages measured).`,
    section(
      'Licences',
      table(
        ['licence', 'packages'],
        licences.map(({ name, count }) => [name, String(count)]),
      ),
    ),
    section('Without a licence', list(unknown)),
    section(
      'In several versions',
      table(
        ['package', 'versions'],
        duplicates.map(({ name, versions }) => [name, versions.join(', ')]),
      ),
    ),
    section(
      'Largest',
      table(
        ['package', 'size'],
        largest.map(({ path, bytes }) => [path, megabytes(bytes)]),
      ),
    ),
    section('With install scripts', list(scripts)),
    '',
  ].join('\n');
}

export async function saveReport(to: string, markdown: string): Promise<string> {
  const file = resolve(to);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, markdown);
  return file;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const section = (title: string, body: string): string => `\n## ${title}\n\n${body}`;
const list = (items: readonly string[]): string => items.map(item => `- ${item}`).join('\n') || 'None.';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
