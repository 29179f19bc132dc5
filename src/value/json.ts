/** A JSON value: what is stored, hashed and sent. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** `Array.isArray` that knows of `readonly`. */
export const isJsonList: (value: Json | undefined) => value is readonly Json[] = Array.isArray;
export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
