import { exitsOf, type Graph, innerGraphsOf, isDistributed, type State } from './definition.ts';
import type { Problem } from './fields.ts';

/** What is wrong between states: targets, endings, reachability, names of states, labels and variables. */
export function findGraphProblems(machine: Graph): Problem[] {
  const problems: Problem[] = [];
  checkGraph(machine, '', new Set(), { names: new Set(), labels: new Set() }, problems);
  return problems;
}

interface Seen {
  readonly names: Set<string>;
  readonly labels: Set<string>;
}

function checkGraph(
  graph: Graph,
  path: string,
  outer: ReadonlySet<string>,
  seen: Seen,
  problems: Problem[],
): void {
  const add = (at: string, message: string): void => {
    problems.push({ path: `${path}/${at}`, message });
  };
  if (!Object.hasOwn(graph.States, graph.StartAt)) add('StartAt', `there is no state ${graph.StartAt} here`);
  const variables = new Set(outer);
  const entries = Object.entries(graph.States);
  for (const [name, state] of entries) {
    if (seen.names.has(name)) add(`States/${name}`, 'the name is used by another state of this machine');
    seen.names.add(name);
    checkEnd(name, state, add);
    for (const exit of exitsOf(state)) {
      const known = Object.hasOwn(graph.States, exit.target);
      if (!known) add(`States/${name}/${exit.path}`, `there is no state ${exit.target} here`);
    }
    checkLabel(name, state, seen, add);
    for (const assigned of assignmentsOf(state)) {
      variables.add(assigned.variable);
      if (outer.has(assigned.variable)) {
        add(`States/${name}/${assigned.path}`, `$${assigned.variable} is assigned in an outer scope already`);
      }
    }
  }
  if (!entries.some(([, state]) => isTerminal(state))) add('States', 'there is no terminal state');
  for (const name of unreachable(graph)) add(`States/${name}`, 'the state is not reachable');
  for (const [name, state] of entries) {
    for (const inner of innerGraphsOf(state)) {
      checkGraph(inner.graph, `${path}/States/${name}/${inner.path}`, variables, seen, problems);
    }
  }
}

type Add = (at: string, message: string) => void;

function checkEnd(name: string, state: State, add: Add): void {
  if (state.Type === 'Choice' || state.Type === 'Succeed' || state.Type === 'Fail') return;
  if ((state.Next === undefined) === (state.End === undefined)) {
    add(`States/${name}`, 'exactly one of Next and End is required');
  }
}

function checkLabel(name: string, state: State, seen: Seen, add: Add): void {
  if (state.Type !== 'Map' || !isDistributed(state) || state.Label === undefined) return;
  if (seen.labels.has(state.Label))
    add(`States/${name}/Label`, 'the label is used by another Map of this machine');
  seen.labels.add(state.Label);
}

function isTerminal(state: State): boolean {
  return state.Type === 'Succeed' || state.Type === 'Fail' || ('End' in state && state.End === true);
}

function unreachable(graph: Graph): string[] {
  const reached = new Set<string>();
  const open = [graph.StartAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = Object.hasOwn(graph.States, name) ? graph.States[name] : undefined;
    if (!state || reached.has(name)) continue;
    reached.add(name);
    open.push(...exitsOf(state).map((exit) => exit.target));
  }
  return Object.keys(graph.States).filter((name) => !reached.has(name));
}

function assignmentsOf(state: State): { readonly path: string; readonly variable: string }[] {
  const holders: { path: string; assign: object | undefined }[] = [];
  if ('Assign' in state) holders.push({ path: 'Assign', assign: state.Assign });
  if (state.Type === 'Choice') {
    state.Choices.forEach((rule, i) => {
      holders.push({ path: `Choices/${i}/Assign`, assign: rule.Assign });
    });
  }
  if ('Catch' in state) {
    state.Catch?.forEach((catcher, i) => {
      holders.push({ path: `Catch/${i}/Assign`, assign: catcher.Assign });
    });
  }
  return holders.flatMap(({ path, assign }) =>
    Object.keys(assign ?? {}).map((variable) => ({ path: `${path}/${variable}`, variable })),
  );
}
