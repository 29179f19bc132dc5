import { Injectable, type InjectableOptions, type Type } from '@nestjs/common';
import { isStep, type AnyStep } from '../graph/contract.js';
import { DefinitionError } from '../graph/definition-error.js';
import type { Body } from '../step/impl.js';

/** A method that is the code of a step. */
export interface StepMethod {
  readonly contract: AnyStep;
  readonly method: string | symbol;
}

const marked = new WeakSet<object>();
/** By prototype. */
const methods = new WeakMap<object, readonly StepMethod[]>();

/** An injectable class whose `@Implements` methods are steps for the workers that include its module. */
export function Steps(options?: InjectableOptions): ClassDecorator {
  return type => {
    Injectable(options)(type);
    marked.add(type);
  };
}

/** The method implements the step or the stream: it takes its inputs and `ctx`, and gives what it would with `impl`. */
export function Implements<K extends AnyStep>(contract: K) {
  return <F extends Body<K>>(prototype: object, method: string | symbol, _: TypedPropertyDescriptor<F>): void => {
    const where = `@Implements at ${String(method)}`;
    if (!isStep(contract)) {
      const expected = 'expected the contract of a step, made by `step` or `stream`';
      throw new DefinitionError('invalid_contract', `${where}: ${expected}`);
    }
    if (typeof prototype === 'function') {
      throw new DefinitionError(
        'invalid_contract',
        `${where}: a static method has no provider; expected an instance's`,
      );
    }
    methods.set(prototype, [...(methods.get(prototype) ?? []), { contract, method }]);
  };
}

/** Whether the class, or one it extends, is marked with `@Steps()`. */
export const isSteps = (type: Type): boolean => lineOf(type).some(known => marked.has(known));

/** What the methods of a class implement, inherited ones included. */
export function stepMethodsOf(type: Type): readonly StepMethod[] {
  const found = new Map<string, StepMethod>();
  for (const step of lineOf(type.prototype as object).flatMap(prototype => methods.get(prototype) ?? [])) {
    const key = `${step.contract.id} ${String(step.method)}`;
    if (!found.has(key)) found.set(key, step);
  }
  return [...found.values()];
}

/** An object and those it inherits from, nearest first. */
function lineOf(start: object): readonly object[] {
  const line: object[] = [];
  for (let at: object | null = start; at; at = Object.getPrototypeOf(at) as object | null) line.push(at);
  return line;
}
