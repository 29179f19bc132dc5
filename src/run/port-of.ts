/** Where an intervention works whose value a command is about: `grind.powder` of `grind.powder!merge-3`. */
export const portOf = (address: string): string => address.replace(/!.*$/, '');
