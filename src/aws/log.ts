import type { Clock } from '../app/ports/clock.ts';
import type { Log, LogFields } from '../app/ports/log.ts';

export interface JsonLogOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Fields of every line, e.g. the function's name. */
  readonly fields?: LogFields;
  /** Takes one line with its line break; standard output unless given. */
  readonly write?: (line: string) => void;
}

/** One JSON object a line: `time`, `level` and `event` first, then the fields. */
export function jsonLog({ clock, fields = {}, write = toStandardOutput }: JsonLogOptions): Log {
  const log =
    (level: string) =>
    (event: string, more: LogFields = {}) => {
      const head = { time: new Date(clock.now()).toISOString(), level, event };
      write(`${JSON.stringify({ ...head, ...fields, ...more, ...head })}\n`);
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

function toStandardOutput(line: string): void {
  process.stdout.write(line);
}
