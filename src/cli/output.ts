import { columnsOf, fold } from './render/width.ts';

/** Where a command writes: results for people or programs on stdout, progress and errors on stderr. */
export interface Output {
  /** One JSON value on stdout instead of text. */
  readonly json: boolean;
  readonly debug: boolean;
  /** A line for a person, folded to the width of their terminal; nothing under --json. */
  say(line: string): void;
  /** The command's result under --json. */
  emit(value: unknown): void;
}

export const exitCodes = { done: 0, findings: 1, usage: 2, attention: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export function createOutput(options: { readonly json?: boolean; readonly debug?: boolean }): Output {
  const json = options.json === true;
  return {
    json,
    debug: options.debug === true,
    say: (line) => {
      if (!json) process.stdout.write(`${foldFor(process.stdout, line)}\n`);
    },
    emit: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}

/** Folds at words on a terminal; files and other programs get the lines as they are. */
export const foldFor = (
  stream: { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined },
  text: string,
): string => (stream.isTTY === true ? fold(text, columnsOf(stream)) : text);
