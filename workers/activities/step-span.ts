import { ApplicationFailure, type Context } from '@temporalio/activity';
import type { StepCall } from '../../src/protocol/activity.js';
import type { InSpan } from '../../src/step/border.js';
import type { OpenSpan, Tracing } from '../../src/tracing/tracing.js';
import { attemptError } from './attempt-error.js';

/** Gives each attempt at computing a step a span, named as the step. What the cache has is not computed. */
export function stepSpan(tracing: Tracing, call: StepCall, context: Context): InSpan {
  const { activityType: step, attempt, workflowType: graph = '', workflowExecution } = context.info;
  const attributes = {
    'espalier.run': workflowExecution?.workflowId ?? '',
    'espalier.graph': graph,
    'espalier.node': call.at,
    'espalier.step': step,
    'espalier.generation': call.generation,
    'espalier.attempt': attempt,
  };
  return work =>
    tracing.inSpan({ name: step, kind: 'consumer', attributes, parent: call.trace }, async span => {
      try {
        const given = await work(span.traceparent);
        span.note({ 'espalier.outcome': 'completed' });
        return given;
      } catch (error) {
        tell(span, attemptError(error, context));
        throw error;
      }
    });
}

/** As history tells it. */
function tell(span: OpenSpan, error: Error): void {
  const failed = error instanceof ApplicationFailure;
  span.note({ 'espalier.outcome': failed ? 'failed' : 'cancelled' });
  span.fail((failed && error.type) || 'cancelled', error.message);
}
