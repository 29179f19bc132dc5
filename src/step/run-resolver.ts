import { decodePorts } from '../graph/convert-ports.js';
import { encodePort } from '../graph/port-codec.js';
import type { JsonObject } from '../value/json.js';
import type { Leaf } from '../value/value.js';
import { call, guarded, notHere, refusal, valueOf, type CallDeps, type InterventionCall } from './intervention-call.js';
import type { Registry } from './registry.js';

/** One attempt to get the value of an intervention from a resolver. */
export interface ResolverCall extends InterventionCall {
  readonly name: string;
  /** JSON side. */
  readonly args: JsonObject;
}

/** Calls a resolver once. `intervention_failed` if it gives no value of the port's type. */
export async function runResolver(
  registry: Pick<Registry, 'findResolver' | 'resolvers'>,
  { name, args, ...where }: ResolverCall,
  deps: CallDeps,
): Promise<Leaf> {
  const resolver = registry.findResolver(name)?.definition;
  if (!resolver) {
    const here = registry.resolvers.map(({ definition }) => definition.name);
    throw notHere(where.address, 'resolver', name, here);
  }
  const calling = { ...where, ...deps, who: `resolver "${name}"` };
  return guarded(calling, async () => {
    const { values, problems } = decodePorts(resolver.args, args);
    if (problems.length > 0) {
      const list = problems.map(({ port, message }) => `argument "${port}": ${message}`);
      throw refusal(calling, `can't be called: ${list.join('; ')}`);
    }
    const given = await call(calling, resolver.timeout, ctx => resolver.resolve(values, ctx));
    return valueOf(calling, encodePort(resolver.value, given));
  });
}
