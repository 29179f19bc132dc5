import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { outputOption } from '../options.js';

export interface GraphOptions {
  readonly output: string;
  readonly mermaid?: true;
}

const GRAPH = 'folder, file or document of the graph';

export function addGraphCommands(program: Command, cli: Cli): void {
  const graph = program
    .command('graph')
    .summary('check, show and export graphs')
    .description('Checks, shows and exports graphs. Nothing is run, and no server is needed.');

  graph
    .command('check')
    .summary('everything that is wrong with a graph')
    .description('Says everything that is wrong with a graph; exit code 2 if something is.')
    .argument('<graph>', GRAPH)
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExample:\n  espalier graph check coffee.yaml\n')
    .action(
      cli.action(async (source: string, options: GraphOptions) => {
        const { checkGraph } = await import('../graph-actions.js');
        return checkGraph(source, options, cli.terminal);
      }),
    );

  graph
    .command('show')
    .summary('inputs, nodes and outputs of a graph')
    .description('Shows the inputs, the nodes and the outputs of a graph.')
    .argument('<graph>', GRAPH)
    .option('--mermaid', 'as a Mermaid flowchart')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExample:\n  espalier graph show examples/lockfile --mermaid\n')
    .action(
      cli.action(async (source: string, options: GraphOptions) => {
        const { showGraph } = await import('../graph-actions.js');
        return showGraph(source, options, cli.terminal);
      }),
    );

  graph
    .command('export')
    .summary('the document of a graph')
    .description('Writes the document of a graph to stdout: its stored form, which `run` takes as well.')
    .argument('<graph>', GRAPH)
    .addOption(outputOption(['yaml', 'json']))
    .addHelpText('after', '\nExample:\n  espalier graph export examples/coffee > coffee.yaml\n')
    .action(
      cli.action(async (source: string, options: GraphOptions) => {
        const { exportGraph } = await import('../graph-actions.js');
        return exportGraph(source, options, cli.terminal);
      }),
    );
}
