import type { Clock } from '../../app/ports/clock.ts';
import type { Machine } from '../asl/definition.ts';
import { InvalidDefinition, loadDefinition } from '../asl/load.ts';
import { doesNotExist, StatesError } from './errors.ts';
import { checkName, type Place, stateMachineArn } from './names.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** The definition's text, as it was given. */
  readonly definition: string;
  readonly machine: Machine;
  /** Milliseconds since the Unix epoch. */
  readonly creationDate: number;
  readonly updateDate: number;
  readonly revisionId: number;
}

/** The state machines of the account, with their versions and aliases. */
export class StateMachines {
  readonly #machines = new Map<string, StateMachine>();
  /** What a machine was when it was published, by the version's ARN. */
  readonly #versions = new Map<string, StateMachine>();
  /** The version's ARN, by the alias's. */
  readonly #aliases = new Map<string, string>();
  readonly #place: Place;
  readonly #clock: Clock;

  constructor(place: Place, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /**
   * Idempotent: the same name with the same definition is the same machine.
   * @throws StatesError InvalidName, InvalidDefinition, StateMachineAlreadyExists
   */
  create(name: string, definition: string, roleArn: string): StateMachine {
    const arn = stateMachineArn(this.#place, checkName(name));
    const existing = this.#machines.get(arn);
    if (existing?.definition === definition && existing.roleArn === roleArn) return existing;
    if (existing)
      throw new StatesError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    const now = this.#clock.now();
    const machine = load(definition);
    return this.#put({
      arn,
      name,
      roleArn,
      definition,
      machine,
      creationDate: now,
      updateDate: now,
      revisionId: 1,
    });
  }

  /** Running executions keep the definition they began with. */
  update(arn: string, change: { definition?: string; roleArn?: string }): StateMachine {
    const existing = this.get(arn);
    const definition = change.definition ?? existing.definition;
    const { roleArn = existing.roleArn } = change;
    return this.#put({
      ...existing,
      roleArn,
      definition,
      machine: load(definition),
      updateDate: this.#clock.now(),
      revisionId: existing.revisionId + 1,
    });
  }

  /**
   * Keeps the machine as it is now under a number of its own; unchanged, it keeps the one it has.
   * @returns the version's ARN
   * @throws StatesError StateMachineDoesNotExist
   */
  publish(arn: string): string {
    const machine = this.get(arn);
    const published = [...this.#versions].filter(([, version]) => version.arn === machine.arn);
    const [versionArn, version] = published.at(-1) ?? [];
    if (versionArn !== undefined && version === machine) return versionArn;
    const next = `${machine.arn}:${published.length + 1}`;
    this.#versions.set(next, machine);
    return next;
  }

  /**
   * Idempotent for the same version.
   * @returns the alias's ARN
   * @throws StatesError ResourceNotFound, ConflictException
   */
  createAlias(name: string, versionArn: string): string {
    const version = this.#versions.get(versionArn);
    if (!version) throw new StatesError('ResourceNotFound', `Version Does Not Exist: '${versionArn}'`);
    const arn = `${version.arn}:${checkName(name)}`;
    const led = this.#aliases.get(arn) ?? versionArn;
    if (led !== versionArn) throw new StatesError('ConflictException', `'${arn}' leads to '${led}'`);
    this.#aliases.set(arn, versionArn);
    return arn;
  }

  /**
   * By its own ARN, as it is now; by the ARN of a version or of an alias, as it was published.
   * @throws StatesError StateMachineDoesNotExist
   */
  get(arn: string): StateMachine {
    const found = this.#machines.get(arn) ?? this.#versions.get(this.#aliases.get(arn) ?? arn);
    if (!found) throw doesNotExist('State Machine', arn);
    return found;
  }

  all(): StateMachine[] {
    return [...this.#machines.values()];
  }

  #put(machine: StateMachine): StateMachine {
    this.#machines.set(machine.arn, machine);
    return machine;
  }
}

function load(definition: string): Machine {
  try {
    return loadDefinition(definition);
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    const text = `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ${error.message}'`;
    throw new StatesError('InvalidDefinition', text);
  }
}
