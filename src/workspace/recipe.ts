import type { Document } from '../document/document.js';
import type { Intervention } from '../intervention/intervention.js';
import type { RunSettings } from '../run/run-settings.js';
import type { JsonObject } from '../value/json.js';

/** What one dispatch is made of, before it is executed. */
export interface Recipe {
  /** With the workspace's clusters in it. */
  readonly graph: Document;
  readonly input: JsonObject;
  readonly interventions: readonly Intervention[];
  /** Baggage is one of them. */
  readonly options: JobOptions;
}
export interface JobOptions extends Omit<RunSettings, 'breakpoints'> {
  /** Where workers wait for the run; in this process it means nothing. */
  readonly taskQueue?: string;
}

/** Gives another recipe, or the same. One with another graph is compiled again, once, after the last plugin. */
export type Plugin = (recipe: Recipe) => Recipe;
