import { ContextIdFactory, ModuleRef, type ModulesContainer } from '@nestjs/core';
import type { Ctx } from '../step/ctx.js';
import type { Impl } from '../step/impl.js';
import type { StepMethod } from './steps.js';

export type NestModule = ModulesContainer extends Map<string, infer M> ? M : never;
/** What Nest knows of a provider of a module. */
export type Provided = NestModule['providers'] extends Map<unknown, infer P> ? P : never;

type Methods = Readonly<Record<string | symbol, (input: object, ctx: Ctx) => unknown>>;

/** The implementation of a step by a method of a provider; `name` is what messages call it. */
export function providedStep(module: NestModule, provider: Provided, step: StepMethod, name: string): Impl {
  const { contract, method } = step;
  if (provider.isDependencyTreeStatic() && !provider.isTransient) {
    return { contract, name, body: (input, ctx) => call(provider.instance as Methods, method, input, ctx) };
  }
  const instanceFor = freshInstances(module, provider);
  return { contract, name, body: async (input, ctx) => call(await instanceFor(ctx), method, input, ctx) };
}

function call(instance: Methods, method: string | symbol, input: object, ctx: Ctx): unknown {
  // What a test has put in the provider's place may lack the method.
  if (!instance[method]) throw new Error(`the provider has no method ${String(method)}`);
  return instance[method](input, ctx);
}

/**
 * A new instance for each execution, with what it depends on of the same scope; `REQUEST` is the step's `ctx`. The
 * module's own `ModuleRef` finds its own provider, should another module provide the same class.
 */
function freshInstances(module: NestModule, provider: Provided): (ctx: Ctx) => Promise<Methods> {
  const modules = module.providers.get(ModuleRef)?.instance as ModuleRef;
  return ctx => {
    const contextId = ContextIdFactory.create();
    modules.registerRequestByContextId(ctx, contextId);
    return modules.resolve<Methods>(provider.token as string, contextId, { strict: true });
  };
}
