import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { outputOption, withServerOrService, type Output } from '../options.js';
import type { ServerChoice } from '../server-choice.js';

export interface DoctorOptions extends ServerChoice {
  readonly output: Output;
}

const MORE = `
Looks, and changes nothing. Exit code 5 if a server or service does not
answer, 3 if there is no such namespace, 2 if something else is to be mended.
`;

export function addDoctorCommand(program: Command, cli: Cli): void {
  withServerOrService(program.command('doctor'))
    .summary('what this machine has, lacks, and how to mend it')
    .description('Says what this machine has of what Espalier needs, what it lacks, and how to mend it.')
    .addOption(outputOption())
    .addHelpText('after', MORE)
    .action(
      cli.action(async (options: DoctorOptions) => {
        const { examine } = await import('../doctor/examine.js');
        return examine(options, cli.terminal);
      }),
    );
}
