import { describe, expect, test } from 'vitest';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';
import { createTerminal } from '../../src/cli/terminal.js';
import { espalier } from './espalier.js';

const program = createProgram({
  terminal: createTerminal(process, true),
  verbose: false,
  action: () => async () => {},
});
const commands: readonly (readonly [string, Command])[] = named(program, 'espalier');

function named(command: Command, name: string): (readonly [string, Command])[] {
  return [[name, command], ...command.commands.flatMap(inner => named(inner, `${name} ${inner.name()}`))];
}

describe('help', () => {
  test.each(commands)('%s says what it does, and what each argument and option means', (_, command) => {
    expect(command.description()).not.toBe('');
    for (const argument of command.registeredArguments) expect(argument.description, argument.name()).not.toBe('');
    for (const option of command.options) expect(option.description, option.flags).not.toBe('');
  });

  test.each(commands)('%s fits into 80 columns', (_, command) => {
    let text = '';
    command.configureOutput({ writeOut: part => (text += part) });
    command.outputHelp();
    const wide = text.split('\n').filter(line => line.length > 80);
    expect(wide).toEqual([]);
  });

  test('there is a command for everything the documents name', () => {
    const graph = ['check', 'show', 'explain', 'export', 'put', 'list'].map(name => `graph ${name}`);
    const cache = ['stats', 'gc', 'check'].map(name => `cache ${name}`);
    const expected = ['dev', 'run', 'worker', 'serve', 'pin', 'unpin', 'doctor', ...graph, ...cache];
    const runs = ['list', 'show', 'watch', 'cancel', 'pause', 'resume', 'break', 'continue', 'archive'].map(
      name => `runs ${name}`,
    );
    const runner = [
      'start',
      'list',
      'show',
      'feed',
      'results',
      'productions',
      'checkpoint',
      'snapshots',
      'stop',
      'resume',
    ];
    const names = commands.map(([name]) => name.replace(/^espalier ?/, ''));
    expect(names).toEqual(expect.arrayContaining([...expected, ...runs, ...runner.map(name => `runner ${name}`)]));
  });

  test('is asked for with --help, ends with 0, and goes to stdout', async () => {
    const { code, stdout, stderr } = await espalier(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: espalier .*\n/);
    expect(stdout).toContain('124 timed out');
  });

  test('the version is that of package.json', async () => {
    expect(await espalier(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
});

describe('a command line that is wrong ends with 2 and says what was meant', () => {
  test.each([
    [['rnu', 'x'], /unknown command 'rnu'\n\(Did you mean run\?\)/],
    [['runs', 'lst'], /unknown command 'lst'\n\(Did you mean list\?\)/],
    [['run', 'x', '--wacth'], /unknown option '--wacth'\n\(Did you mean --watch\?\)/],
    [['run'], /missing required argument 'graph'/],
    [['run', 'x', '-o', 'xml'], /Allowed choices are text, json, jsonl/],
    [['run', 'x', '--concurrency', '0'], /Expected a whole number from 1/],
    [['dev', '--port', '65536'], /Expected a whole number from 0 to 65535/],
    [['run', 'x', '--on-failure', 'ignore'], /Allowed choices are stop, continue/],
    [['run', 'x', '--local', '--no-wait'], /--local and --no-wait exclude each other/],
    [['run', 'x', '--id', 'a', '--idempotency-key', 'b'], /the key makes the id/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await espalier(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
