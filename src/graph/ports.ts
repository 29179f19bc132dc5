import type { z } from 'zod';
import type { ByteSource, ByteStream } from './bytes.js';

/**
 * Ports of a contract: a zod schema by port name. A schema has two sides: the **JSON side** is what travels and is stored
 * (literals in wires, documents), the **code side** is what user code sees. They differ where a codec stands in between.
 */
export type Ports = Readonly<Record<string, z.ZodType>>;
export type NoPorts = {};

/** The JSON side of one port, its default filled in. */
export type Wire<S extends z.ZodType> = undefined extends z.output<S> ? z.input<S> : Exclude<z.input<S>, undefined>;

/** The code side of ports, defaults filled in: what a step is given, what a run results in. */
export type Code<P extends Ports> = {
  [K in keyof P as undefined extends z.output<P[K]> ? never : K]: z.output<P[K]>;
} & { [K in keyof P as undefined extends z.output<P[K]> ? K : never]?: z.output<P[K]> };

/** What code may give for a value it would be given: for a stream of bytes anything that has them. */
type Giving<V> = V extends ByteStream ? ByteSource : V;

/** As `Code`, on the way out: what a step returns. */
export type Returned<P extends Ports> = {
  [K in keyof P as undefined extends z.output<P[K]> ? never : K]: Giving<z.output<P[K]>>;
} & { [K in keyof P as undefined extends z.output<P[K]> ? K : never]?: Giving<z.output<P[K]>> };

/** As `Returned`, but a port with a default may be left out: what code gives (inputs of a run, options). */
export type Given<P extends Ports> = {
  [K in keyof P as undefined extends z.input<P[K]> ? never : K]: Giving<z.output<P[K]>>;
} & { [K in keyof P as undefined extends z.input<P[K]> ? K : never]?: Giving<z.output<P[K]>> };

/** The JSON side of output ports; one that may be absent may be left out. */
export type Literals<P extends Ports> = {
  [K in keyof P as undefined extends z.output<P[K]> ? never : K]: Wire<P[K]>;
} & { [K in keyof P as undefined extends z.output<P[K]> ? K : never]?: Wire<P[K]> };
