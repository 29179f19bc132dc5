import { ApplicationFailure, type Context } from '@temporalio/activity';
import type { StepCall } from '../../src/protocol/activity.js';
import type { InSpan } from '../../src/step/border.js';
import type { OpenSpan, Tracing } from '../../src/tracing/tracing.js';
import { attemptError } from './attempt-error.js';

/** The span of an attempt. */
export interface StepSpan {
  readonly inSpan: InSpan;
  /** Its own; undefined until it has begun. */
  readonly traceparent: string | undefined;
}

/** Gives an attempt at computing a step a span, named as the step. What the cache has is not computed: it begins none. */
export function stepSpan(tracing: Tracing, call: StepCall, context: Context): StepSpan {
  const { activityType: step, attempt, workflowType: graph = '', workflowExecution } = context.info;
  const attributes = {
    'espalier.run': workflowExecution?.workflowId ?? '',
    'espalier.graph': graph,
    'espalier.node': call.at,
    'espalier.step': step,
    'espalier.generation': call.generation,
    'espalier.attempt': attempt,
  };
  let traceparent: string | undefined;
  const inSpan: InSpan = work =>
    tracing.inSpan({ name: step, kind: 'consumer', attributes, parent: call.trace }, async span => {
      ({ traceparent } = span);
      try {
        const given = await work(span.traceparent);
        span.note({ 'espalier.outcome': 'completed' });
        return given;
      } catch (error) {
        tell(span, attemptError(error, context));
        throw error;
      }
    });
  return {
    inSpan,
    get traceparent() {
      return traceparent;
    },
  };
}

/** As history tells it. */
function tell(span: OpenSpan, error: Error): void {
  const failed = error instanceof ApplicationFailure;
  span.note({ 'espalier.outcome': failed ? 'failed' : 'cancelled' });
  span.fail((failed && error.type) || 'cancelled', error.message);
}
