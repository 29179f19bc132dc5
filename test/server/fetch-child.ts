/** A process that finds a binary with the options given as JSON, and prints its path. */
import { findServerBinary, type BinaryOptions } from '../../src/server/binary.js';

console.log(await findServerBinary(JSON.parse(process.argv[2] ?? '') as BinaryOptions));
