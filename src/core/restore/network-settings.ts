import { flag, type InstanceDescription, number, part, parts, text, withoutNulls } from './description.ts';
import type { Setting } from './setting.ts';
import { listParameter, trueParameter } from './setting.ts';

/**
 * Settings of place, reach and login that RestoreDBInstanceFromDBSnapshot has a parameter for. Left out, most of them fall back to a
 * default instead of the source's value. Source: docstrings of the operation in the AWS SDK.
 */
export const networkSettings: readonly Setting[] = [
  {
    setting: 'port',
    fields: ['Endpoint', 'DbInstancePort'],
    onRestore: 'the port at the time of the snapshot',
    read: port,
    restore: (source) => withoutNulls({ Port: port(source) }),
    // Names cannot share a port on one machine as they do when each has an address of its own.
    explain: (_source, restored) =>
      loopback.has(text(part(restored, 'Endpoint'), 'Address') ?? '')
        ? 'on loopback every name has a port of its own'
        : null,
  },
  {
    setting: 'availability zone',
    fields: ['AvailabilityZone', 'SecondaryAvailabilityZone'],
    onRestore: 'chosen by RDS; cannot be given for Multi-AZ',
    read: (it) => [text(it, 'AvailabilityZone'), text(it, 'SecondaryAvailabilityZone')],
    restore: (source) =>
      flag(source, 'MultiAZ') ? {} : withoutNulls({ AvailabilityZone: text(source, 'AvailabilityZone') }),
    explain: (source) =>
      flag(source, 'MultiAZ') ? 'RDS places the two halves of a Multi-AZ instance itself' : null,
  },
  {
    setting: 'subnet group',
    fields: ['DBSubnetGroup'],
    onRestore: 'the default group unless it is given',
    read: (it) => [
      text(part(it, 'DBSubnetGroup'), 'DBSubnetGroupName'),
      text(part(it, 'DBSubnetGroup'), 'VpcId'),
    ],
    restore: (source) =>
      withoutNulls({ DBSubnetGroupName: text(part(source, 'DBSubnetGroup'), 'DBSubnetGroupName') }),
  },
  {
    setting: 'VPC security groups',
    fields: ['VpcSecurityGroups'],
    onRestore: "the VPC's default group unless they are given",
    read: securityGroups,
    restore: (source) => listParameter('VpcSecurityGroupIds', securityGroups(source)),
    modify: (source) => listParameter('VpcSecurityGroupIds', securityGroups(source)),
  },
  {
    setting: 'Multi-AZ',
    fields: ['MultiAZ'],
    onRestore: 'Single-AZ unless it is given (SQL Server mirroring excepted)',
    read: (it) => flag(it, 'MultiAZ'),
    restore: (source) => ({ MultiAZ: flag(source, 'MultiAZ') }),
    modify: (source) => ({ MultiAZ: flag(source, 'MultiAZ') }),
  },
  {
    setting: 'public access',
    fields: ['PubliclyAccessible'],
    onRestore: 'depends on the subnet group unless it is given',
    read: (it) => flag(it, 'PubliclyAccessible'),
    restore: (source) => ({ PubliclyAccessible: flag(source, 'PubliclyAccessible') }),
    modify: (source) => ({ PubliclyAccessible: flag(source, 'PubliclyAccessible') }),
  },
  {
    setting: 'directory domain',
    fields: ['DomainMemberships'],
    onRestore: 'not joined unless it is given',
    read: domain,
    restore: domain,
  },
  {
    setting: 'IAM authentication',
    fields: ['IAMDatabaseAuthenticationEnabled'],
    onRestore: 'off unless it is given',
    read: (it) => flag(it, 'IAMDatabaseAuthenticationEnabled'),
    // Engines without this feature refuse the parameter whatever its value.
    restore: (source) =>
      trueParameter('EnableIAMDatabaseAuthentication', source, 'IAMDatabaseAuthenticationEnabled'),
    modify: (source) => ({
      EnableIAMDatabaseAuthentication: flag(source, 'IAMDatabaseAuthenticationEnabled'),
    }),
  },
  {
    setting: 'CA certificate',
    fields: ['CACertificateIdentifier'],
    onRestore: "the account's default unless it is given",
    read: (it) => text(it, 'CACertificateIdentifier'),
    restore: (source) => withoutNulls({ CACertificateIdentifier: text(source, 'CACertificateIdentifier') }),
  },
  {
    setting: 'network type',
    fields: ['NetworkType'],
    onRestore: 'pass explicitly',
    read: (it) => text(it, 'NetworkType'),
    restore: (source) => withoutNulls({ NetworkType: text(source, 'NetworkType') }),
  },
  {
    setting: 'customer-owned IP',
    fields: ['CustomerOwnedIpEnabled'],
    onRestore: 'off unless it is given (Outposts)',
    read: (it) => flag(it, 'CustomerOwnedIpEnabled'),
    restore: (source) => trueParameter('EnableCustomerOwnedIp', source, 'CustomerOwnedIpEnabled'),
  },
];

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** A single instance reports its port in its endpoint and 0 in `DbInstancePort`. */
function port(description: InstanceDescription): number | null {
  return number(part(description, 'Endpoint'), 'Port') ?? (number(description, 'DbInstancePort') || null);
}

function securityGroups(description: InstanceDescription): readonly string[] {
  return parts(description, 'VpcSecurityGroups')
    .filter((group) => text(group, 'Status') !== 'removing')
    .flatMap((group) => text(group, 'VpcSecurityGroupId') ?? [])
    .sort();
}

/** A directory of AWS is joined by its id and a role, one of the customer's own by name, secret and addresses. */
function domain(description: InstanceDescription) {
  const [membership] = parts(description, 'DomainMemberships');
  if (membership === undefined) return {};
  if (text(membership, 'AuthSecretArn') === null) {
    return withoutNulls({
      Domain: text(membership, 'Domain'),
      DomainIAMRoleName: text(membership, 'IAMRoleName'),
    });
  }
  return withoutNulls({
    DomainFqdn: text(membership, 'FQDN'),
    DomainOu: text(membership, 'OU'),
    DomainAuthSecretArn: text(membership, 'AuthSecretArn'),
    DomainDnsIps: membership.DnsIps,
  });
}
