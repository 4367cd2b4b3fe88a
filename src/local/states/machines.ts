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

/** The state machines of the account. */
export class StateMachines {
  readonly #machines = new Map<string, StateMachine>();
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

  /** @throws StatesError StateMachineDoesNotExist */
  get(arn: string): StateMachine {
    const found = this.#machines.get(arn);
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
