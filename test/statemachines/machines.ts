import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: {
    readonly FunctionName?: string;
    readonly Payload?: Readonly<Record<string, unknown>>;
  };
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly JitterStrategy?: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Next?: string;
  readonly ItemProcessor?: Graph;
  readonly [field: string]: unknown;
}

export interface Graph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** A shipped definition; substitutions get a plausible ARN each. */
export interface ShippedMachine {
  readonly name: 'migration' | 'rollback';
  readonly text: string;
  readonly definition: Graph & Readonly<Record<string, unknown>>;
}

export const shippedMachines: readonly ShippedMachine[] = (['migration', 'rollback'] as const).map((name) => {
  const path = fileURLToPath(new URL(`../../statemachines/${name}.asl.json`, import.meta.url));
  const text = readFileSync(path, 'utf8').replaceAll(/\$\{(\w+)\}/g, (_, placeholder: string) =>
    placeholder.endsWith('Function')
      ? `arn:aws:lambda:eu-central-1:111122223333:function:${placeholder}`
      : `arn:aws:states:eu-central-1:111122223333:stateMachine:${placeholder}`,
  );
  return { name, text, definition: JSON.parse(text) as ShippedMachine['definition'] };
});

/** Every state at any depth, with the graph it stands in. */
export function statesOf(graph: Graph): { name: string; state: State; graph: Graph }[] {
  return Object.entries(graph.States).flatMap(([name, state]) => [
    { name, state, graph },
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
  ]);
}

/** The states one step further. */
export const successors = (state: State): string[] => [
  ...[state.Next, state.Default].flatMap((name) => name ?? []),
  ...[...(state.Choices ?? []), ...(state.Catch ?? [])].map(({ Next }) => Next),
];
