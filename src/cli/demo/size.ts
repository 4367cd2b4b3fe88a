/** Below this the demo's writers would run out of rows to change. */
export const fewestRows = 1_000;
