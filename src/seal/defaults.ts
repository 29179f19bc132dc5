import { join } from 'node:path';
import type { PayloadCodec } from '@temporalio/common';
import type { Config } from '../config/config.js';
import { createCompression } from './compression.js';
import { createEncryption } from './encryption.js';
import { createFileKeys } from './file-keys.js';
import { createFolderKeys } from './folder-keys.js';
import type { Keys } from './keys.js';

/** The keys that the settings name: a file, else the folder `keys` of the data folder. */
export const defaultKeys = ({ keyFile }: Pick<Config, 'keyFile'>, dataDir: string): Keys =>
  keyFile === undefined ? createFolderKeys(join(dataDir, 'keys')) : createFileKeys(keyFile);

/** The codecs that the settings name, in whatever order: what is encrypted could not be compressed. */
export function defaultCodecs({ codecs }: Pick<Config, 'codecs'>, keys: Keys, tenant: string): PayloadCodec[] {
  return [
    ...(codecs.includes('compress') ? [createCompression()] : []),
    ...(codecs.includes('encrypt') ? [createEncryption(keys, tenant)] : []),
  ];
}
