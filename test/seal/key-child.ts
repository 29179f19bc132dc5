/** Prints the key of `acme` in the folder that it is given. */
import { createFolderKeys } from '../../src/seal/folder-keys.js';

const key = await createFolderKeys(process.argv[2] ?? '').of('acme');
process.stdout.write(Buffer.from(key).toString('base64'));
