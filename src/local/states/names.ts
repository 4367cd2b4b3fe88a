import { StatesError } from './errors.ts';

/** Characters that AWS refuses in the name of a machine or an execution (API reference, StartExecution). */
const FORBIDDEN = /[\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/\ufffe\uffff]/u;

/** @throws StatesError InvalidName */
export function checkName(name: string): string {
  if (name.length < 1 || name.length > 80 || FORBIDDEN.test(name)) {
    throw new StatesError('InvalidName', `Invalid Name: '${name}'`);
  }
  return name;
}

/** Where the service pretends to be. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

export function stateMachineArn(place: Place, name: string): string {
  return arn(place, `stateMachine:${name}`);
}

/** @param machine the machine's name; `name/label` for a child of a distributed Map */
export function executionArn(place: Place, machine: string, name: string): string {
  return arn(place, `execution:${machine}:${name}`);
}

export function mapRunArn(place: Place, machine: string, label: string, id: string): string {
  return arn(place, `mapRun:${machine}/${label}:${id}`);
}

export function roleArn(place: Place): string {
  return `arn:aws:iam::${place.account}:role/local-states`;
}

function arn(place: Place, resource: string): string {
  return `arn:aws:states:${place.region}:${place.account}:${resource}`;
}
