import type { ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** What commands are given. */
export interface Cli {
  readonly terminal: Terminal;
  /** Whether errors are told with their stacks. Known once the command line has been read. */
  readonly verbose: boolean;
  /** Makes what a command does of a function that says what the process ends with (0 if it does not). */
  action<A extends readonly unknown[]>(
    act: (...args: A) => Promise<ExitCode | void>,
  ): (...args: [...A, ...unknown[]]) => Promise<void>;
}
