import { defaultPayloadConverter, setCurrentDetails, type WorkflowInterceptors } from '@temporalio/workflow';
import { current } from './current.js';
import { describeRun } from './describe-run.js';

/** The query by which the UI asks for a workflow's current details. */
const METADATA_QUERY = '__temporal_workflow_metadata';

/** What the SDK has no call for. Bundled with the workflow, they belong to every run. */
export function interceptors(): WorkflowInterceptors {
  return {
    internals: [
      {
        // The details are made when someone looks: kept up to date they would cost every step.
        activate(input, next) {
          const asked = input.activation.jobs?.some(job => job.queryWorkflow?.queryType === METADATA_QUERY);
          if (asked && current.engine) setCurrentDetails(describeRun(current.engine));
          next(input);
        },
        // A workflow ends as cancelled only if the server asked it to, and without details. Ours also does when it was
        // cancelled by our own signal or update, and says what is there.
        concludeActivation(input, next) {
          const output = next(input);
          if (!current.cancelled) return output;
          const details = { payloads: [defaultPayloadConverter.toPayload(current.cancelled)] };
          const commands = output.commands.map(command =>
            command.failWorkflowExecution || command.cancelWorkflowExecution
              ? { ...command, failWorkflowExecution: null, cancelWorkflowExecution: { details } }
              : command,
          );
          return { commands };
        },
      },
    ],
  };
}
