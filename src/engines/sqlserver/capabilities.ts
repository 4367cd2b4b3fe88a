/** What `SERVERPROPERTY` answers about a server. */
export interface ServerProperties {
  /** 3 is Enterprise, Developer and Evaluation; 5 Azure SQL Database, 8 a managed instance … */
  readonly engineEdition: number;
  /** 14 is SQL Server 2017, 15 is 2019, 16 is 2022. Azure answers 12 whatever it is. */
  readonly productMajorVersion: number;
}

/** What a server can do beside running reads and writes, as its edition and version say. */
export interface Capabilities {
  /** Indexes are created, rebuilt and dropped WITH (ONLINE = ON). */
  readonly onlineIndex: boolean;
  readonly onlineAlterColumn: boolean;
  /** ADD … NOT NULL DEFAULT with a constant is noted in the catalogue; elsewhere every row is written. */
  readonly instantDefault: boolean;
  readonly resumableRebuild: boolean;
  readonly resumableIndex: boolean;
  readonly resumableConstraint: boolean;
  /** WAIT_AT_LOW_PRIORITY of ALTER INDEX … REBUILD. */
  readonly lowPriorityRebuild: boolean;
  /** WAIT_AT_LOW_PRIORITY of CREATE INDEX. */
  readonly lowPriorityIndex: boolean;
  /** How people call the server: `SQL Server 2019 Standard edition`. */
  readonly name: string;
}

/**
 * The first major version that has each, on an edition that has it at all. From the statements’ own pages of the
 * Transact-SQL reference (“Applies to”) and, for the editions, “Editions and supported features”:
 *   onlineIndex          CREATE INDEX, ONLINE: SQL Server 2005 (9), Enterprise
 *   onlineAlterColumn    ALTER TABLE, WITH (ONLINE): SQL Server 2016 (13), Enterprise
 *   instantDefault       ALTER TABLE, “Adding NOT NULL columns as an online operation”: SQL Server 2012 (11), Enterprise
 *   resumableRebuild     ALTER INDEX, RESUMABLE: SQL Server 2017 (14), Enterprise
 *   resumableIndex       CREATE INDEX, RESUMABLE: SQL Server 2019 (15), Enterprise
 *   resumableConstraint  ALTER TABLE index_option, RESUMABLE: SQL Server 2022 (16), Enterprise
 *   lowPriorityRebuild   ALTER INDEX, WAIT_AT_LOW_PRIORITY: SQL Server 2014 (12), Enterprise
 *   lowPriorityIndex     CREATE INDEX, WAIT_AT_LOW_PRIORITY: SQL Server 2022 (16), Enterprise
 * None was seen on a server.
 */
const since = {
  onlineIndex: 9,
  onlineAlterColumn: 13,
  instantDefault: 11,
  resumableRebuild: 14,
  resumableIndex: 15,
  resumableConstraint: 16,
  lowPriorityRebuild: 12,
  lowPriorityIndex: 16,
} as const;

/** Enterprise and those that are built like it. */
const ENTERPRISE = 3;

/** SERVERPROPERTY: Azure SQL Database, a managed instance, a database of Fabric; always of the newest version. */
const evergreen: Readonly<Record<number, string>> = {
  5: 'Azure SQL Database',
  8: 'Azure SQL Managed Instance',
  12: 'SQL database in Microsoft Fabric',
};

const editions: Readonly<Record<number, string>> = {
  1: 'Personal',
  2: 'Standard',
  3: 'Enterprise',
  4: 'Express',
};
const years: Readonly<Record<number, string>> = {
  11: '2012',
  12: '2014',
  13: '2016',
  14: '2017',
  15: '2019',
  16: '2022',
  17: '2025',
};

/** An edition or version that is not known is taken to have nothing of it. */
export function capabilitiesOf({ engineEdition, productMajorVersion }: ServerProperties): Capabilities {
  const cloud = evergreen[engineEdition];
  const has = (feature: keyof typeof since): boolean =>
    cloud !== undefined || (engineEdition === ENTERPRISE && productMajorVersion >= since[feature]);
  const edition = editions[engineEdition] ?? `an unknown (${engineEdition})`;
  return {
    onlineIndex: has('onlineIndex'),
    onlineAlterColumn: has('onlineAlterColumn'),
    instantDefault: has('instantDefault'),
    resumableRebuild: has('resumableRebuild'),
    resumableIndex: has('resumableIndex'),
    resumableConstraint: has('resumableConstraint'),
    lowPriorityRebuild: has('lowPriorityRebuild'),
    lowPriorityIndex: has('lowPriorityIndex'),
    name:
      cloud ??
      `SQL Server ${years[productMajorVersion] ?? `version ${productMajorVersion}`}, ${edition} edition`,
  };
}

/** What facts say of a server: its version, and who it is in words and in the number that says what it can do. */
export const describeVersion = ({
  version,
  name,
  engineEdition,
}: {
  readonly version: string;
  readonly name: string;
  readonly engineEdition: number;
}): string => `${version} (${name}, engine edition ${engineEdition})`;

/** The inverse of `describeVersion`; null for what it did not write. */
export function capabilitiesIn(described: string): Capabilities | null {
  const match = /^(\d+)\..*engine edition (\d+)\)$/.exec(described);
  if (match === null) return null;
  return capabilitiesOf({ productMajorVersion: Number(match[1]), engineEdition: Number(match[2]) });
}
