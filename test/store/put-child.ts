/** A process that puts the numbered blobs into a folder, a number of rounds, and says each number when it is there. */
import { createFolderStore } from '../../src/store/folder-store.js';
import { BLOB_COUNT, numberedBlob } from './numbered-blob.js';

const [dir = '', rounds = '1'] = process.argv.slice(2);
const store = createFolderStore(dir);
for (let round = 0; round < Number(rounds); round++) {
  for (let number = 0; number < BLOB_COUNT; number++) {
    const { digest, bytes } = numberedBlob(number);
    await store.put(digest, bytes);
    process.stdout.write(`${number}\n`);
  }
}
