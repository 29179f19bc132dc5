import { canonicalJson } from '../value/canonical.js';
import type { Json } from '../value/json.js';
import type { Sha256 } from '../value/sha256.js';

const SIZE = 1 << 14;
/** The most bytes of one number. */
const NUMBER = 5;

/**
 * Writes values into a hash, each so that its end is known from its bytes. Bytes are collected first: a plan is mostly
 * small numbers, and handing them to the hash one by one would take longer than hashing them.
 */
export class HashWriter {
  private readonly buffer = new Uint8Array(SIZE);
  private filled = 0;
  private readonly texts = new Map<object, string>();

  constructor(private readonly hash: Sha256) {}

  /** A whole number of 32 bits with its sign, zigzag: those near 0 take one byte. */
  number(value: number): void {
    this.unsigned(((value << 1) ^ (value >> 31)) >>> 0);
  }

  numbers(values: readonly number[]): void {
    this.unsigned(values.length);
    for (const value of values) this.number(value);
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.unsigned(items.length);
    for (const item of items) write(item);
  }

  /** Its UTF-16 code units: one byte for each character of an id. */
  text(text: string): void {
    this.unsigned(text.length);
    for (let i = 0; i < text.length; i += 1) this.unsigned(text.charCodeAt(i));
  }

  /** Any JSON: an object's keys in any order are the same. What many nodes share is put into text once. */
  json(json: object): void {
    let text = this.texts.get(json);
    if (text === undefined) {
      // Interfaces of plain data are JSON, but TypeScript gives them no index signature.
      text = canonicalJson(json as unknown as Json);
      this.texts.set(json, text);
    }
    this.text(text);
  }

  optional(json: object | undefined): void {
    this.unsigned(json === undefined ? 0 : 1);
    if (json !== undefined) this.json(json);
  }

  hex(): string {
    this.flush();
    return this.hash.hex();
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  private unsigned(value: number): void {
    if (this.filled > SIZE - NUMBER) this.flush();
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.filled++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.filled++] = rest;
  }

  private flush(): void {
    this.hash.updateBytes(this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }
}
