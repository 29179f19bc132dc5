/** The Temporal cluster of the trial: one process with all four services, as the image runs it. */
import { join } from 'node:path';
import { environmentOf, healthUrl, ROOT } from './compose.js';
import { answers, call, freePorts, start, until, type Environment, type Started } from './processes.js';

const SCRIPTS = join(ROOT, 'temporal-config');
const PORTS = [
  'FRONTEND_GRPC_PORT',
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

export interface ClusterOptions {
  readonly folder: string;
  /** Where the programs are. */
  readonly programs: string;
  readonly postgresPort: number;
}

/** Start, kill and start again: its ports and its data stay. */
export class Cluster {
  #server: Started | undefined;

  private constructor(
    private readonly options: ClusterOptions,
    private readonly ports: Environment,
  ) {}

  static async create(options: ClusterOptions): Promise<Cluster> {
    const free = await freePorts(PORTS.length);
    return new Cluster(options, Object.fromEntries(PORTS.map((name, index) => [name, String(free[index])])));
  }

  get address(): string {
    return `127.0.0.1:${this.ports['FRONTEND_GRPC_PORT']}`;
  }

  /** Brings PostgreSQL's schemas to the server's version. */
  setUpSchema(): Promise<string> {
    const at = { SQL_HOST: '127.0.0.1', SQL_PORT: String(this.options.postgresPort), SQL_PASSWORD: 'none' };
    return this.#script('setup-schema.sh', environmentOf('temporal-schema', at));
  }

  /** Returns how long it took to be healthy, in milliseconds. */
  async start(dynamicConfig = join(SCRIPTS, 'dynamic-config.yaml')): Promise<number> {
    const { folder, programs, postgresPort } = this.options;
    const env = environmentOf('temporal', {
      ...this.ports,
      POSTGRES_SEEDS: '127.0.0.1',
      DB_PORT: String(postgresPort),
      POSTGRES_PWD: 'none',
      BIND_ON_IP: '127.0.0.1',
      DYNAMIC_CONFIG_FILE_PATH: dynamicConfig,
    });
    const log = join(folder, 'temporal.log');
    this.#server = start(join(programs, 'temporal-server'), ['start'], { env, log });
    const url = healthUrl('temporal', Number(this.ports['FRONTEND_HTTP_PORT']));
    const died = this.#server.ended.then(() => Promise.reject(new Error(`the Temporal server has ended: ${log}`)));
    return Promise.race([until('Temporal', () => answers(url)), died]);
  }

  /** The namespace and the search attributes. */
  setUpNamespace(): Promise<string> {
    return this.#script('setup-namespace.sh', environmentOf('temporal-namespace', { TEMPORAL_ADDRESS: this.address }));
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#server?.stop('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  #script(name: string, env: Environment): Promise<string> {
    const PATH = `${this.options.programs}:${process.env['PATH']}`;
    return call('sh', [join(SCRIPTS, name)], { ...env, PATH });
  }
}
