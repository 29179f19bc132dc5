/** A command of ours as it is typed: `espalier runs watch coffee-1`. */
export const commandText = (args: readonly string[]): string => ['espalier', ...args].map(argumentText).join(' ');

/** As `commandText`, in the quotes of a sentence. */
export const quotedCommand = (args: readonly string[]): string => `\`${commandText(args)}\``;

const argumentText = (text: string): string =>
  /^[\w./:@=#-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
