/**
 * `full` is what the server does by itself. `relaxed` is for tests: what is committed survives the loss of a
 * process but not the loss of power.
 */
export type Durability = 'full' | 'relaxed';

export interface LaunchOptions {
  readonly durability?: Durability;
  /** Further server settings, by the names the server knows them by. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Milliseconds until a start counts as failed; recovery of a large snapshot takes its time. Default 60,000. */
  readonly startTimeoutMs?: number;
}

export interface CreateServerOptions extends LaunchOptions {
  readonly masterUsername: string;
  readonly masterPassword: string;
  /** Owned by the master user; none when omitted. */
  readonly database?: string | undefined;
}

export interface SnapshotOptions {
  readonly now: () => number;
  /** Share of the bytes copied so far, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

export interface PhysicalSnapshot {
  /** Everything that `restore` needs to start a server with this content. */
  readonly folder: string;
  /**
   * The recovery point in milliseconds since the epoch: every transaction whose commit was acknowledged
   * earlier is in the snapshot.
   */
  readonly databaseTimeMs: number;
}

/** A running server of some engine on 127.0.0.1, bound to the life of this process. */
export interface DatabaseServer {
  readonly port: number;
  /** Stops it and starts it again on the same data; the port may change. The old handle is spent. */
  restart(options?: LaunchOptions): Promise<DatabaseServer>;
  /** Stops it and deletes its data. */
  discard(): Promise<void>;
  /** Copies the data of the running server. On failure nothing is left behind. */
  takeSnapshot(options: SnapshotOptions): Promise<PhysicalSnapshot>;
  /** Gives a user a new password; open connections live on. */
  setPassword(user: string, password: string): Promise<void>;
}

/** Makes servers of one engine in one folder of this process. */
export interface DatabaseLauncher {
  /** As RDS writes it, e.g. `18.4` or `10.11.19`. */
  readonly engineVersion: string;
  /** A new, empty server with its master user, who has the rights that RDS gives. */
  create(options: CreateServerOptions): Promise<DatabaseServer>;
  /** A new server on a copy of a snapshot; users and passwords are those of the snapshot. */
  restore(snapshotFolder: string, options?: LaunchOptions): Promise<DatabaseServer>;
  /** Stops all servers and removes the folder. */
  close(): Promise<void>;
}

/** What an engine's own launcher offers, with its own kind of server. */
export interface EngineLauncher<Server extends { readonly port: number }> {
  readonly engineVersion: string;
  create(options: CreateServerOptions): Promise<Server>;
  restore(snapshotFolder: string, options?: LaunchOptions): Promise<Server>;
  restart(server: Server, options?: LaunchOptions): Promise<Server>;
  discard(server: Server): Promise<void>;
  takeSnapshot(server: Server, options: SnapshotOptions): Promise<PhysicalSnapshot>;
  setPassword(server: Server, user: string, password: string): Promise<void>;
  close(): Promise<void>;
}

/** A launcher whose users need not know the engine's kind of server. */
export function independentOfEngine<Server extends { readonly port: number }>(
  launcher: EngineLauncher<Server>,
): DatabaseLauncher {
  const wrap = (server: Server): DatabaseServer => ({
    port: server.port,
    restart: async (options) => wrap(await launcher.restart(server, options)),
    discard: () => launcher.discard(server),
    takeSnapshot: (options) => launcher.takeSnapshot(server, options),
    setPassword: (user, password) => launcher.setPassword(server, user, password),
  });
  return {
    engineVersion: launcher.engineVersion,
    create: async (options) => wrap(await launcher.create(options)),
    restore: async (snapshotFolder, options) => wrap(await launcher.restore(snapshotFolder, options)),
    close: () => launcher.close(),
  };
}
