import type { Command } from 'commander';
import { withServerOrService } from '../options.js';
import type { ServerChoice } from '../server-choice.js';

export interface RunnerOptions extends ServerChoice {
  readonly output: string;
}

/** Which workflow, of which runner. */
export interface WorkflowName {
  readonly runner: string;
  readonly id: string;
}

export const withRunnerName = (command: Command): Command =>
  withServerOrService(command).argument('<runner>', 'name of the runner');

export const withWorkflowName = (command: Command): Command =>
  withRunnerName(command).argument('<workflow>', 'id of the workflow');
