import type { Release } from './release.js';

/** What a way needs to know. */
export interface BinarySearch {
  readonly release: Release;
  readonly cacheDir: string;
  /** Environment for the programs that are asked, with the PATH that is searched. */
  readonly env: Readonly<Record<string, string>>;
  /** Told in a short sentence what takes its time. */
  readonly onProgress: (message: string) => void;
}

/** One way to come by the binary. */
export interface BinaryWay {
  readonly name: string;
  /** The absolute path of a program that may be run, or an error that says why there is none. */
  find(search: BinarySearch): Promise<string>;
}
