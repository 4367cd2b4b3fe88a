/** The engines of which the local cloud has servers, by RDS's names. */
export const rdsEngines = ['postgres', 'mariadb', 'mysql'] as const;

export type RdsEngine = (typeof rdsEngines)[number];

export const isRdsEngine = (name: string): name is RdsEngine => rdsEngines.some((engine) => engine === name);

/** What RDS's own names and defaults depend on. Source: DescribeDBInstances. */
interface Traits {
  /** The port an instance has where its creator names none. */
  readonly port: number;
  readonly license: string;
  /** Parts of a version that make a series, for which a parameter group is made: `18` of 18.4, `5.7` of 5.7.29. */
  readonly seriesParts: number;
}

const traits: Readonly<Record<RdsEngine, Traits>> = {
  postgres: { port: 5432, license: 'postgresql-license', seriesParts: 1 },
  mariadb: { port: 3306, license: 'general-public-license', seriesParts: 2 },
  mysql: { port: 3306, license: 'general-public-license', seriesParts: 2 },
};

export const defaultPort = (engine: RdsEngine): number => traits[engine].port;

/** What RDS fills in by engine and version where a request says nothing. */
export interface EngineDefaults {
  readonly DBParameterGroupName: string;
  readonly OptionGroupName: string;
  readonly LicenseModel: string;
}

export function engineDefaults(engine: RdsEngine, version: string): EngineDefaults {
  const { license, seriesParts } = traits[engine];
  const series = version.split('.').slice(0, seriesParts).join('.');
  return {
    DBParameterGroupName: `default.${engine}${series}`,
    OptionGroupName: `default:${engine}-${series.replace('.', '-')}`,
    LicenseModel: license,
  };
}

/** Whether a request for `asked`, which may leave out its last parts, is one for `version`. */
export const isVersion = (asked: string, version: string): boolean =>
  asked === version || version.startsWith(`${asked}.`);
