/** How the objects of one kind become lines: `kind identity {details}`. All values are SQL. */
export interface Part {
  readonly kind: string;
  readonly identity: string;
  /** Details that are null are left out of the line. */
  readonly details: Readonly<Record<string, string>>;
  readonly from: string;
}

/** The part as a query with one column, `line`. */
export function partQuery({ kind, identity, details, from }: Part): string {
  const fields = Object.entries(details).map(([name, value]) => `'${name}', ${value}`);
  return `SELECT '${kind} ' || ${identity} || ' ' ||
    jsonb_strip_nulls(jsonb_build_object(${fields.join(', ')}))::text AS line\n  ${from}`;
}

/** Restricts a catalogue to the user's own objects: none of the system, of Lockkeeper or of an extension. */
export const own = (catalogue: string, alias: string, namespace: string): string =>
  `JOIN space n ON n.oid = ${alias}.${namespace}
  WHERE ${notMember(catalogue, alias)}`;

export const notMember = (catalogue: string, alias: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalogue}'::regclass AND d.objid = ${alias}.oid AND d.deptype = 'e')`;

export const named = (schema: string, name: string): string => `format('%I.%I', ${schema}, ${name})`;

/** A relation's qualified name by its number, with an empty search path. */
export const relation = (oid: string): string => `(${oid})::regclass::text`;

export const role = (oid: string): string => `pg_get_userbyid(${oid})`;

export const comment = (catalogue: string, oid: string): string => `obj_description(${oid}, '${catalogue}')`;

/** Options in no particular order, sorted. */
export const sorted = (array: string): string =>
  `(SELECT jsonb_agg(item ORDER BY item COLLATE "C") FROM unnest(${array}) AS item)`;

/** Only a value other than the usual one. */
export const unless = (usual: string, value: string): string => `nullif(${value}, ${usual})`;

/** Yes or nothing. */
export const onlyTrue = (condition: string): string => `CASE WHEN ${condition} THEN true END`;

/** Privileges, sorted; those that an object has by default are spelled out, so that NULL and the default are one. */
export const grants = (acl: string, kind: string, owner: string): string =>
  listed(`coalesce(${acl}, acldefault('${kind}', ${owner}))`);

export const listed = (acl: string): string =>
  `(SELECT jsonb_agg(entry ORDER BY entry COLLATE "C") FROM (
      SELECT format('%s: %s%s by %I', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
                    x.privilege_type, CASE WHEN x.is_grantable THEN ' with grant option' END, pg_get_userbyid(x.grantor)) AS entry
        FROM aclexplode(${acl}) AS x) AS entries)`;
