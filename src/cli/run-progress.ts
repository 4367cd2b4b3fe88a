import type { Clock } from '../app/ports/clock.ts';
import { paintFor } from '../report/paint.ts';
import type { Snapshot } from './local/follow.ts';
import { openLiveView } from './render/live-view.ts';
import { renderProgress } from './render/progress.ts';
import { columnsOf } from './render/width.ts';

/** Shows a run while it goes on, on stderr: results alone belong on stdout. */
export interface Progress {
  show(snapshot: Snapshot): void;
  close(): void;
}

export interface ProgressOptions {
  /** A log begins with what happened then, in milliseconds since the epoch; a terminal shows the last of it anyway. */
  readonly logFrom?: number;
}

export function openProgress(clock: Clock, { logFrom = 0 }: ProgressOptions = {}): Progress {
  const view = openLiveView(process.stderr);
  const paint = paintFor(process.stderr);
  return {
    show: (snapshot) => {
      const columns = columnsOf(process.stderr);
      const { rows = 24 } = process.stderr;
      view.show(renderProgress({ ...snapshot, nowMs: clock.now(), logFrom, columns, rows }, paint));
    },
    close: () => view.close(),
  };
}
