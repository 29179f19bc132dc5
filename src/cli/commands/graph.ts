import type { CacheUse } from '../../engine/known.js';
import type { Command } from 'commander';
import type { Cli } from '../cli.js';
import { outputOption, withBeginning, withRegistry } from '../options.js';
import type { ServerChoice } from '../server-choice.js';

export interface GraphOptions extends ServerChoice {
  readonly output: string;
  readonly mermaid?: true;
}

export interface ExplainOptions extends GraphOptions {
  readonly set?: readonly string[];
  readonly input?: string;
  readonly pin?: readonly string[];
  readonly interventions?: string;
  readonly prune?: true;
  readonly cache?: CacheUse;
}

const GRAPH = 'folder, file or document of the graph, or the id of a registered one';

export function addGraphCommands(program: Command, cli: Cli): void {
  const graph = program
    .command('graph')
    .summary('check, show, explain, export and register graphs')
    .description('Checks, shows, explains, exports and registers graphs. Nothing is run.');
  addCheck(graph, cli);
  addShow(graph, cli);
  addExplain(graph, cli);
  addExport(graph, cli);
  addPut(graph, cli);
  addList(graph, cli);
}

function addCheck(graph: Command, cli: Cli): void {
  withRegistry(graph.command('check'))
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
}

function addShow(graph: Command, cli: Cli): void {
  withRegistry(graph.command('show'))
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
}

function addExplain(graph: Command, cli: Cli): void {
  const command = withRegistry(graph.command('explain'))
    .summary('what a run would do to each node, and why')
    .description('Says what a run would do to each node with these inputs and interventions. Nothing is run.')
    .argument('<graph>', GRAPH);
  withBeginning(command)
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExample:\n  espalier graph explain examples/coffee --pin grind.powder=25\n')
    .action(
      cli.action(async (source: string, options: ExplainOptions) => {
        const { explainGraph } = await import('../explain-graph.js');
        return explainGraph(source, options, cli.terminal);
      }),
    );
}

function addExport(graph: Command, cli: Cli): void {
  withRegistry(graph.command('export'))
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

function addPut(graph: Command, cli: Cli): void {
  withRegistry(graph.command('put'))
    .summary('register a graph, so that it runs by its id')
    .description('Registers a graph under its id. Every version is kept, and an older one comes back by its document.')
    .argument('<graph>', 'folder, file or document of the graph')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExample:\n  espalier graph put examples/coffee --address http://localhost:8080\n')
    .action(
      cli.action(async (source: string, options: GraphOptions) => {
        const { putGraph } = await import('../registry-actions.js');
        return putGraph(source, options, cli.terminal);
      }),
    );
}

function addList(graph: Command, cli: Cli): void {
  withRegistry(graph.command('list'))
    .summary('registered graphs')
    .description('Lists registered graphs, by id.')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  espalier graph list -o json\n')
    .action(
      cli.action(async (options: GraphOptions) => {
        const { listGraphs } = await import('../registry-actions.js');
        return listGraphs(options, cli.terminal);
      }),
    );
}
