export type WrittenTable = 'users' | 'orders';

/**
 * What a writer knows about one row. `acknowledged`: the server said it is done. `ambiguous`: the connection
 * broke before the reply, so it may have happened or not. A `miss` is an update or delete that found no row.
 */
export interface LoggedWrite {
  readonly table: WrittenTable;
  readonly key: string;
  readonly does: 'insert' | 'update' | 'delete' | 'miss';
  /** The row's revision after the write; null where there is no row. */
  readonly revision: number | null;
  readonly outcome: 'acknowledged' | 'ambiguous';
  /** When the reply was there, or the connection gone; milliseconds since the epoch. */
  readonly at: number;
  /** Which server process the connection led to: an index into `servers`. */
  readonly server: number;
}

/** Every write of a demo in the order in which the outcomes became known. A row has one writer at a time. */
export class WriteLog {
  readonly writes: LoggedWrite[] = [];
  readonly servers: string[] = [];

  add(write: LoggedWrite): void {
    this.writes.push(write);
  }

  /** The number of a server, given on first sight. */
  serverNumber(identity: string): number {
    const known = this.servers.indexOf(identity);
    return known >= 0 ? known : this.servers.push(identity) - 1;
  }
}
