/** What `s3-child.ts` uses of the server, which comes without types. */
declare module '@20minutes/s3rver' {
  import type { Readable } from 'node:stream';

  interface Context {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    status: number;
    body: unknown;
  }

  interface Store {
    putContent(file: string, content: Readable): Promise<unknown>;
    putObject(object: object): Promise<unknown>;
    getMetadata(bucket: string, key: string): Promise<object>;
    getResourcePath(bucket: string, key: string, kind: 'object'): string;
    copyObject(bucket: string, key: string, toBucket: string, toKey: string): Promise<object>;
  }

  class S3rver {
    constructor(options: object);
    readonly store: Store;
    readonly middleware: ((context: Context, next: () => Promise<void>) => Promise<void>)[];
    run(): Promise<{ readonly port: number }>;
  }
  export = S3rver;
}
