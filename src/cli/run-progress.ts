import type { Clock } from '../app/ports/clock.ts';
import type { Snapshot } from './local/follow.ts';
import type { Output } from './output.ts';

/** Shows a run while it goes on. */
export interface Progress {
  show(snapshot: Snapshot): void;
  close(): void;
}

export function openProgress(_output: Output, _clock: Clock): Progress {
  let shown = 0;
  return {
    show(snapshot) {
      for (const event of snapshot.events.slice(shown))
        process.stderr.write(`${event.at} ${event.kind} ${event.text}\n`);
      shown = Math.max(shown, snapshot.events.length);
    },
    close() {},
  };
}
