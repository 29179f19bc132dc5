import { INPUT } from '../intervention/intervention.js';
import type { AnyAddr } from './address.js';

/** Those of one kind: `input`, `override`, or the name of an operate; in their order. */
export const filterByKind = <I extends { readonly kind: string }>(list: readonly I[], kind: string): readonly I[] =>
  list.filter(intervention => intervention.kind === kind);

/** The one at an address, null if there is none. */
export const findIntervention = <I extends { readonly at: string }>(
  list: readonly I[],
  at: string | AnyAddr,
): I | null => list.find(intervention => intervention.at === addressText(at)) ?? null;

/** Whether it supplies an open port before anything runs; all others change what a port has. */
export const isInput = ({ kind }: { readonly kind: string }): boolean => kind === INPUT;

/** The text of an address in either form. */
export const addressText = (at: string | AnyAddr): string => (typeof at === 'string' ? at : at.text);
