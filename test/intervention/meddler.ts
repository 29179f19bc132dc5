import type { Command } from '../../src/engine/command.js';
import type { Engine } from '../../src/engine/engine.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { PlanSpec } from '../engine/build-plan.js';
import { equal } from '../engine/check-run.js';
import type { Random } from '../engine/random.js';
import { check, type Untimed } from '../engine/simulate.js';
import { FAILING, seenAs } from '../engine/world.js';
import { addressesOf, isFlag, sentOf } from './random-case.js';
import type { Change } from './oracle.js';

/** An intervention that was sent, and what is known of it. */
interface Sent {
  readonly change: Change;
  readonly intervention: SentIntervention;
  outcome: string | undefined;
  withdrawn: boolean;
}

/** Sends interventions, withdrawals and breakpoints at random moments, and keeps what each is to come to. */
export class Meddler {
  readonly sent: Sent[] = [];
  private left: number;
  private readonly places: ReturnType<typeof addressesOf>;
  private readonly all: readonly string[];
  /** Addresses that are meddled with again and again. */
  private readonly focus: readonly string[];
  /** Where the run holds, and has held. */
  private holds: readonly string[] = [];
  private readonly held = new Set<string>();

  constructor(
    private readonly random: Random,
    private readonly spec: PlanSpec,
    /** Addresses beside those of the root: inside scopes. */
    inner: readonly string[],
  ) {
    this.places = addressesOf(spec);
    const { inputs, outputs, readers, ports, results } = this.places;
    this.all = [...inputs, ...outputs, ...outputs, ...readers, ...ports, ...results, ...inner];
    this.focus = [...ports, ...readers.filter(() => random.chance(0.3)), random.pick(this.all)].slice(0, 6);
    this.left = random.pick([3, 8, 20]);
  }

  /** The one that is effective at an address of the root now. */
  top(at: string): Change | undefined {
    return this.sent.findLast(one => one.change.at === at && isTaken(one) && !one.withdrawn)?.change;
  }

  meddle(engine: Engine, send: (event: Untimed) => void): void {
    if (this.left <= 0) return;
    this.left -= 1;
    const known = this.sent.length > 0 ? this.random.pick(this.sent) : undefined;
    switch (this.random.below(10)) {
      case 0:
        return known && this.repeat(engine, send, known);
      case 1:
      case 2:
        return known && send({ kind: 'withdrawn', id: known.intervention.id });
      case 3:
        return send({ kind: 'breakpointsSet', breakpoints: this.breakpoints() });
      default:
        return send({ kind: 'intervened', intervention: this.next() });
    }
  }

  /** What an event has come to: outcomes are decided once, and a value that was not taken is never seen. */
  observe(event: Untimed, commands: readonly Command[], engine: Engine): void {
    if (event.kind === 'intervened') this.received(event.intervention, engine);
    if (event.kind === 'withdrawn') this.withdrawn(event.id, engine);
    this.checkHolds(engine);
    for (const command of commands) {
      if (command.kind === 'execute') this.checkUnseen(command.address, command.inputs);
      if (command.kind === 'finish') this.checkUnseen('the end', command.outputs);
    }
  }

  checkEnd(engine: Engine): void {
    for (const { id, outcome, effect } of engine.interventions()) {
      check(effect !== 'pending', `${id} is pending at the end`);
      if (outcome === 'too-late') equal(effect, 'not-used', id);
      equal(outcome, this.sent.find(({ intervention }) => intervention.id === id)?.outcome, `outcome of ${id}`);
    }
    equal(engine.waiting(), [], 'waiting at the end');
  }

  /** A breakpoint fires once per address and generation. */
  private checkHolds(engine: Engine): void {
    const before = this.holds;
    this.holds = engine.holds.map(hold => JSON.stringify(hold));
    engine.holds.forEach(({ at, breakpoint }, k) => {
      if (before.includes(this.holds[k] ?? '')) return;
      const node = [...engine.nodes()].find(({ address }) => address === at || at.startsWith(`${address}.`));
      const key = `${JSON.stringify(breakpoint)} ${at}#${node?.generation}`;
      check(!this.held.has(key), `held twice by ${key}`);
      this.held.add(key);
    });
  }

  private received(intervention: SentIntervention, engine: Engine): void {
    const { id, at, kind, value, resolve } = intervention;
    const state = engine.interventions().find(other => other.id === id);
    const known = this.sent.find(other => other.intervention.id === id);
    if (known) return equal(state?.outcome, known.outcome, `outcome of ${id}`);
    check(state !== undefined, `${id} is not in the list`);
    const seen = value ? seenAs(value) : (resolve?.args['v'] ?? null);
    const change = { at, kind, value: seen, ...(resolve && { resolver: resolve.name }) };
    this.sent.push({ change, intervention, outcome: state?.outcome, withdrawn: false });
  }

  private withdrawn(id: string, engine: Engine): void {
    const known = this.sent.find(other => other.intervention.id === id);
    if (known) known.withdrawn = engine.interventions().find(other => other.id === id)?.why === 'it was withdrawn';
  }

  private checkUnseen(where: string, values: Parameters<typeof texts>[0]): void {
    const text = texts(values);
    for (const { change, outcome, withdrawn, intervention } of this.sent) {
      if (typeof change.value !== 'number' || change.value < FIRST || (isTaken({ outcome }) && !withdrawn)) continue;
      check(!text.includes(String(change.value)), `${where} sees ${intervention.id}, which is ${outcome}`);
    }
  }

  private next(): SentIntervention {
    const { inputs, results, ports } = this.places;
    const at = this.random.pick(this.random.chance(0.5) ? this.focus : this.all);
    const k = this.sent.length;
    const isPlain = ports.includes(at) || results.includes(at);
    const kind = inputs.includes(at) ? 'input' : isPlain || this.random.chance(0.6) ? 'override' : this.operate();
    const value = isFlag(at) ? this.random.chance(0.5) : FIRST + k;
    const isLazy = !results.includes(at) && this.random.chance(0.3);
    const resolver = !isPlain && this.random.chance(0.1) ? FAILING : 'find';
    const change = { at, kind, value, ...(kind === 'put' && { standsIn: true }), ...(isLazy && { resolver }) };
    return { ...sentOf(change, `m${k}`), ...(this.random.chance(0.35) && { onLate: 'recompute' }) };
  }

  private operate(): string {
    return this.random.chance(0.1) ? FAILING : this.random.pick(['add', 'put']);
  }

  private repeat(engine: Engine, send: (event: Untimed) => void, { intervention }: Sent): void {
    if (this.random.chance(0.5)) return send({ kind: 'intervened', intervention });
    const refusal = engine.refusal({ ...intervention, reason: 'another' });
    const isKnown = engine.decision(intervention.id) !== undefined;
    if (isKnown) equal(refusal?.code, 'id_reused', `another ${intervention.id}`);
  }

  private breakpoints() {
    const node = this.random.pick(this.spec.nodes);
    const { outputs } = this.places;
    const some = [
      { before: node.id },
      { after: node.id },
      ...outputs.slice(0, 1).map(at => ({ at, if: 'value != 5' })),
    ];
    return some.filter(() => this.random.chance(0.5));
  }
}

/** No step gives numbers as large as these. */
const FIRST = 1_000_000;
const isTaken = ({ outcome }: Pick<Sent, 'outcome'>): boolean =>
  outcome === 'applied' || outcome === 'replaced-attempt';
const texts = (values: Parameters<typeof Object.values<Parameters<typeof seenAs>[0]>>[0]): string =>
  JSON.stringify(Object.values(values).map(seenAs));
