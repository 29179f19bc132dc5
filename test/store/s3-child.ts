/**
 * A process that is an S3 server for the folder given, with one bucket. It says its port. What s3rver lacks is here: objects
 * that change as a whole, and uploads that can be listed and given up. A key's object is the file KEY._S3rver_object.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

const [directory = ''] = process.argv.slice(2);
const uploads = join(directory, 'bucket', '._S3rver_uploads');

async function listUploads(prefix = ''): Promise<string> {
  const ids = await readdir(uploads).catch(() => []);
  const listed = ids.map(async id => {
    const [key, { mtime }] = [await readFile(join(uploads, id, 'key'), 'utf8'), await stat(join(uploads, id, 'key'))];
    if (!key.startsWith(prefix)) return '';
    return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${mtime.toISOString()}</Initiated></Upload>`;
  });
  return `<ListMultipartUploadsResult>${(await Promise.all(listed)).join('')}</ListMultipartUploadsResult>`;
}

const server = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  // It reckons those of listings otherwise than Amazon does. An unknown user is refused all the same.
  allowMismatchedSignatures: true,
  directory,
  configureBuckets: [{ name: 'bucket' }],
});
const { store } = server;
const putContent = store.putContent.bind(store);
store.putContent = async (file, content) => {
  const draft = `${file}.${randomUUID()}`;
  const written = await putContent(draft, content);
  await rename(draft, file);
  return written;
};
store.copyObject = async (bucket, key, toBucket, toKey) => {
  const content = createReadStream(store.getResourcePath(bucket, key, 'object'));
  await store.putObject({ bucket: toBucket, key: toKey, content, metadata: await store.getMetadata(bucket, key) });
  return store.getMetadata(toBucket, toKey);
};
server.middleware.unshift(async (context, next) => {
  const { method, path, query } = context;
  if (method === 'GET' && /^\/bucket\/?$/.test(path) && 'uploads' in query) {
    context.status = 200;
    context.body = await listUploads(query['prefix']);
  } else if (method === 'DELETE' && query['uploadId']) {
    await rm(join(uploads, query['uploadId']), { recursive: true });
    context.status = 204;
  } else await next();
});
process.stdout.write(`${(await server.run()).port}\n`);
