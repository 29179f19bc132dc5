/** Options that several commands have, with one meaning and one text each. */
import { InvalidArgumentError, Option, type Command } from 'commander';

export const OUTPUTS = ['text', 'json', 'jsonl'] as const;
export type Output = (typeof OUTPUTS)[number];

/** `--address`, `--namespace`, `--data`: which server. Give `ServerChoice`. */
export function withServer(command: Command): Command {
  return command
    .option(
      '--address <host:port>',
      'address of a Temporal server (default: TEMPORAL_*, a profile, or the one in the data folder)',
    )
    .option('--namespace <name>', 'namespace on that server (default: TEMPORAL_NAMESPACE, a profile, or "default")')
    .addOption(dataOption());
}

export const dataOption = (): Option =>
  new Option('--data <dir>', 'data folder (default: ESPALIER_DATA, or ./.espalier)');

export const outputOption = (choices: readonly string[] = OUTPUTS): Option =>
  new Option('-o, --output <format>', 'what is written to stdout').choices(choices).default(choices[0]);

export const stepsOption = (): Option =>
  new Option('--steps <folder>', 'folder with implementations; may be given several times').argParser(collect);

/** Of an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** A whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least}.`);
  };
}
