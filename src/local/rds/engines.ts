/** The engines of which the local cloud has servers, by RDS's names. */
export const rdsEngines = ['postgres', 'mariadb', 'mysql'] as const;

export type RdsEngine = (typeof rdsEngines)[number];

export const isRdsEngine = (name: string): name is RdsEngine => rdsEngines.some((engine) => engine === name);

/** What RDS fills in by engine and version where a request says nothing. */
export interface EngineDefaults {
  readonly DBParameterGroupName: string;
  readonly OptionGroupName: string;
  readonly LicenseModel: string;
}

/** Sources: names of default groups and license models as DescribeDBInstances shows them. */
export function engineDefaults(engine: RdsEngine, version: string): EngineDefaults {
  const series = seriesOf(engine, version);
  return {
    DBParameterGroupName: `default.${engine}${series}`,
    OptionGroupName: `default:${engine}-${series.replace('.', '-')}`,
    LicenseModel: engine === 'postgres' ? 'postgresql-license' : 'general-public-license',
  };
}

/** The port an instance has where its creator names none. */
export const defaultPort: Readonly<Record<RdsEngine, number>> = {
  postgres: 5432,
  mariadb: 3306,
  mysql: 3306,
};

/** Whether a request for `asked`, which may leave out its last parts, is one for `version`. */
export const isVersion = (asked: string, version: string): boolean =>
  asked === version || version.startsWith(`${asked}.`);

/** `18` of 18.4, `10.11` of 10.11.19, `5.7` of 5.7.29: what a parameter group is made for. */
function seriesOf(engine: RdsEngine, version: string): string {
  return version
    .split('.')
    .slice(0, engine === 'postgres' ? 1 : 2)
    .join('.');
}
