#!/usr/bin/env node
import { CommanderError } from 'commander';
import { readConfig } from '../config/config.js';
import type { Cli } from './cli.js';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.js';
import { createProgram } from './program.js';
import { reportError } from './report-error.js';
import { createTerminal } from './terminal.js';

/** Runs a command line to its end. What it ends with is what the process ends with. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const terminal = createTerminal(process, wantsPlain());
  let exitCode: ExitCode = EXIT.ok;
  const cli: Cli = {
    terminal,
    get verbose() {
      return program.opts()['verbose'] === true;
    },
    action<A extends readonly unknown[]>(act: (...args: A) => Promise<ExitCode | void>) {
      return async (...args: readonly unknown[]) => {
        // Commander gives what the command asked for, and then itself.
        exitCode = (await act(...(args as unknown as A))) ?? EXIT.ok;
      };
    },
  };
  const program = createProgram(cli);
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    // It has been said; asking for help or the version is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    reportError(error, terminal, cli.verbose);
    return exitCodeOf(error);
  }
}

/** An environment that can't be read is told by the command that needs it. */
function wantsPlain(): boolean {
  try {
    const { noColor, ci } = readConfig();
    return noColor || ci;
  } catch {
    return true;
  }
}

// Whoever reads our output may have seen enough: `espalier runs list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});
const exitCode = await main(process.argv);
await new Promise(resolve => process.stdout.write('', resolve));
// Modules of users may have left timers and connections behind: nobody waits for those.
process.exit(exitCode);
