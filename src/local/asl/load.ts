import type { Graph, Machine } from './definition.ts';
import { type Check, integer, object, oneOf, type Problem, Report, text } from './fields.ts';
import { findGraphProblems } from './graph.ts';
import { isObject, typeName } from './json.ts';
import { MAX_SECONDS } from './limits.ts';
import { stateChecks } from './state-fields.ts';

/** A definition that this interpreter, or AWS, would not run; it lists everything that is wrong. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => `${message} at ${path}`).join(', '));
    this.problems = problems;
  }
}

/**
 * Reads a state machine in the JSONata dialect of the Amazon States Language. Strict: a field, resource or
 * type of state that the interpreter does not implement is refused, so what runs here runs as on AWS.
 * @param source the definition, as JSON text or already parsed
 * @throws InvalidDefinition with all problems
 */
export function loadDefinition(source: unknown): Machine {
  const report = new Report();
  const definition = typeof source === 'string' ? parse(source, report) : structuredClone(source);
  if (report.problems.length === 0) machine(definition, '', report);
  if (report.problems.length === 0) {
    for (const problem of findGraphProblems(definition as Graph)) report.add(problem.path, problem.message);
  }
  if (report.problems.length > 0) throw new InvalidDefinition(report.problems);
  return definition as Machine;
}

function parse(source: string, report: Report): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    report.add('', `not JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const states: Check = (value, path, report) => {
  if (!isObject(value)) {
    report.add(path, `expected an object, found ${typeName(value)}`);
    return;
  }
  if (Object.keys(value).length === 0) report.add(path, 'must not be empty');
  for (const [name, state] of Object.entries(value)) {
    if (name.length > 80) report.add(`${path}/${name}`, 'the name of a state has at most 80 characters');
    checkState(state, `${path}/${name}`, report);
  }
};

const graphFields = { Comment: text, StartAt: text, States: states };
const graph = object(graphFields, ['StartAt', 'States']);

const processorConfig = object({ Mode: oneOf('INLINE', 'DISTRIBUTED'), ExecutionType: oneOf('STANDARD') }, [
  'Mode',
]);
const processor = object({ ...graphFields, ProcessorConfig: processorConfig }, ['StartAt', 'States']);

const machine = object(
  {
    ...graphFields,
    QueryLanguage: oneOf('JSONata'),
    Version: oneOf('1.0'),
    TimeoutSeconds: integer(1, MAX_SECONDS),
  },
  ['QueryLanguage', 'StartAt', 'States'],
);

const checks = stateChecks(graph, processor);

function checkState(state: unknown, path: string, report: Report): void {
  if (!isObject(state)) {
    report.add(path, `expected an object, found ${typeName(state)}`);
    return;
  }
  const type = String(state.Type);
  const check = Object.hasOwn(checks, type) ? checks[type] : undefined;
  if (check) check(state, path, report);
  else report.add(`${path}/Type`, `must be one of ${Object.keys(checks).join(', ')}`);
}
