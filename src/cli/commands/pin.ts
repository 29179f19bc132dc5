import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { outputOption, withServerOrService } from '../options.js';
import type { ServerChoice } from '../server-choice.js';

export interface PinOptions extends ServerChoice {
  readonly kind?: string;
  readonly reason?: string;
  readonly by?: string;
  readonly id?: string;
  readonly recompute?: true;
  readonly ref?: string;
  readonly resolve?: string;
  readonly args?: string;
  readonly output: string;
}

const MORE = `
ADDRESS is an output (grind.powder), what one consumer reads
(brew/$in.powder), or an input that the run waits for ($in.approval). VALUE is
JSON, else text; text that looks like JSON stands in quotes ('a.t="25"'), and
@file reads a file.

stdout says what the run decided:
  applied            nothing had read the port yet
  replaced-attempt   the step was executing and is not waited for any longer
  too-late           something had read it, nothing changed (exit code 1);
                     --recompute runs what depends on it again
  pending            the run has not answered: it is kept, and the outcome is
                     in \`espalier runs show RUN\` then

The same --id again acts once, so a repeat does no harm.

Examples:
  espalier pin coffee-1f0c grind.powder=25 --reason 'the mill is broken'
  espalier pin review-7 '$in.approval=true'
  espalier pin coffee-1f0c grind.powder=5 --kind stronger --recompute
`;

export function addPinCommands(program: Command, cli: Cli): void {
  withServerOrService(program.command('pin'))
    .summary('supply or override a port of a run')
    .description('Supplies or overrides a port of a run that goes on, and says what the run decided.')
    .argument('<run>', 'id of the run')
    .argument('<address=value>', 'port and value; only the port with --ref or --resolve')
    .option('--kind <kind>', 'input, override or the name of an operate (default: input at $in.…, else override)')
    .option('--reason <text>', 'why; kept with the run')
    .option('--by <name>', 'who asks for it (default: the user of this machine)')
    .option('--id <id>', 'makes a repeat harmless (default: made up)')
    .option('--recompute', 'if it comes too late, run again what depends on the port')
    .option('--ref <key>', 'instead of a value: the digest of one in the store')
    .option('--resolve <name>', 'instead of a value: a resolver that gives it when it is needed')
    .option('--args <json>', 'arguments of the resolver as JSON or YAML: text, @file, or - for stdin')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', MORE)
    .action(
      cli.action(async (run: string, target: string, options: PinOptions) => {
        const { pin } = await import('../pin-actions.js');
        return pin(run, target, options, cli.terminal);
      }),
    );
  withServerOrService(program.command('unpin'))
    .summary('take back what no step has used yet')
    .description('Takes back an intervention that has not been used.')
    .argument('<run>', 'id of the run')
    .argument('<id>', 'id of the intervention, or the address of the port: the latest one there')
    .addHelpText('after', '\nExample:\n  espalier unpin coffee-1f0c grind.powder\n')
    .action(
      cli.action(async (run: string, which: string, options: ServerChoice) => {
        const { unpin } = await import('../pin-actions.js');
        return unpin(run, which, options, cli.terminal);
      }),
    );
}
