import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Command } from 'commander';
import { EXIT } from '../../src/cli/exit-codes.js';
import { createProgram } from '../../src/cli/program.js';
import { createTerminal } from '../../src/cli/terminal.js';
import { VARIABLES } from '../../src/config/variables.js';
import { espalier, freePort, MAIN, processesWith, ROOT, start, temporaryFolder } from './espalier.js';

const readme = await readFile(join(ROOT, 'README.md'), 'utf8');

/** The text of the n-th block of code in a language. */
function block(language: string, index = 0): string {
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))];
  return blocks[index]?.[1] ?? '';
}

/** The rows of the table whose first column has this head. */
function table(head: string, text = readme): string[][] {
  const lines = text.split('\n');
  const first = lines.findIndex(line => line.startsWith(`| ${head} `));
  const rows = lines.slice(first + 2);
  return rows
    .slice(
      0,
      rows.findIndex(line => !line.startsWith('|')),
    )
    .map(row =>
      row
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim()),
    );
}

describe('the README', () => {
  test('is short, and all it links to is there', () => {
    expect(readme.split('\n').length).toBeLessThan(150);
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter(link => !link.startsWith('https:') && !existsSync(join(ROOT, link)))).toEqual([]);
  });

  test('names the two commands of a newcomer', () => {
    expect(readme).toMatch(/^ {4}npm ci && npm run demo$/m);
    expect(readme).toMatch(/^ {4}npm ci && npm test$/m);
  });

  test('has a quick start that works as it stands', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'hello'));
    await writeFile(join(folder, 'hello/index.ts'), block('ts'));
    await chmod(MAIN, 0o755);
    await mkdir(join(folder, 'bin'));
    await symlink(MAIN, join(folder, 'bin/espalier'));
    const { code, stdout, stderr } = await espalier([], {
      cwd: folder,
      program: ['bash', '-euc', block('sh')],
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout.match(/^text: HELLO WORLD!!!$/gm)).toHaveLength(2);
    expect(stderr).toContain('shout  completed in');
    expect(existsSync(join(folder, '.espalier/temporal.db'))).toBe(true);
    expect(await processesWith(folder)).toEqual([]);
  });

  test('has a tour of HTTP that works as it stands', async () => {
    const [first = '', ...rest] = block('sh', 1).split('\n');
    const [, command = ''] = /^espalier (dev .*) # in another terminal$/.exec(first) ?? [];
    const tour = rest.join('\n');
    // The one place that a reader would have to change as well.
    expect(tour.match(/8080/g)).toEqual(['8080']);
    const [folder, port] = [await temporaryFolder(), await freePort()];
    const dev = start([...command.split(' '), '--port', String(port), '--data', folder]);
    await dev.said(/^ready/m);
    await mkdir(join(folder, 'bin'));
    await symlink(MAIN, join(folder, 'bin/espalier'));
    const { code, stdout, stderr } = await espalier([], {
      program: ['bash', '-eu', '-o', 'pipefail', '-c', tour.replace('8080', String(port))],
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [registered, started, ...more] = stdout.replaceAll('}{', '}\n{').split('\n');
    expect(JSON.parse(registered ?? '')).toMatchObject({ id: 'coffee', version: 1, createdBy: 'dev' });
    expect(JSON.parse((started ?? '').replace(/retry:.*/, ''))).toMatchObject({ id: 'monday', graph: 'coffee' });
    expect(more.filter(line => line.startsWith('event: ')).at(-1)).toBe('event: ended');
    const last = more.at(-1) ?? '';
    expect(last).toContain('"status":"completed","outputs":{"coffee":"Cup of latte with 200ml"}');
    expect(last).toMatch(/\}"Cup of latte with 200ml"$/);
    dev.interrupt();
    expect(await dev.ended).toMatchObject({ code: 0 });
  });

  test('imports what is there', async () => {
    const imports = [...block('ts', 1).matchAll(/import \{ (.*) \} from '(espalier\/.*)'/g)];
    expect(imports).toHaveLength(3);
    for (const [, names = '', module = ''] of imports) {
      const found = (await import(module)) as object;
      expect(Object.keys(found), module).toEqual(expect.arrayContaining(names.split(', ')));
    }
  });

  test('has a table of all commands', () => {
    const program = createProgram({
      terminal: createTerminal(process, true),
      verbose: false,
      action: () => async () => {},
    });
    const commands = (command: Command, name: string): string[][] =>
      command.commands.flatMap(inner => {
        const path = `${name} ${inner.name()}`;
        return inner.commands.length > 0 ? commands(inner, path) : [[`\`${path}\``, inner.summary()]];
      });
    expect(table('command')).toEqual(commands(program, 'espalier'));
  });

  test('and the guide to interventions name options that are there', async () => {
    const program = createProgram({
      terminal: createTerminal(process, true),
      verbose: false,
      action: () => async () => {},
    });
    const guide = await readFile(join(ROOT, 'docs/interventions.md'), 'utf8');
    expect(guide.split('\n').length).toBeLessThanOrEqual(121);
    const lines = [...`${readme}\n${guide}`.matchAll(/^(?: {4})?espalier (.*)$/gm)].map(([, line = '']) =>
      line.split(' '),
    );
    expect(lines.length).toBeGreaterThan(10);
    for (const words of lines) {
      let command: Command = program;
      for (const word of words) command = command.commands.find(inner => inner.name() === word) ?? command;
      const known = new Set(command.options.map(({ long }) => long));
      expect(
        words.filter(word => word.startsWith('--') && !known.has(word)),
        words.join(' '),
      ).toEqual([]);
    }
  });

  test('has a table of all exit codes', () => {
    const codes = table('exit code').map(([code]) => Number(code));
    expect(codes).toEqual(Object.values(EXIT));
  });

  test('leads to a table of all environment variables', async () => {
    const configuration = await readFile(join(ROOT, 'docs/configuration.md'), 'utf8');
    expect(table('variable', configuration)).toEqual(
      VARIABLES.map(({ name, default: usual, meaning }) => [name, usual, meaning]),
    );
  });
});
