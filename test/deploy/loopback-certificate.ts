/**
 * A self-signed certificate for 127.0.0.1, valid until 2126: a deployment does without TLS nowhere. Its key protects
 * nothing: it was made for this file (openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes
 * -days 36500 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1).
 */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUUwjfmFbP1zM8hcxC/Sbc2LBfUOEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNzE3MTIwOVoYDzIxMjYxMTAz
MTcxMjA5WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATHO90bQFxTYOgFrCjxm7UgLyRIeINQIZBniediVVwtdY+cx44tz9Wu
OTn1mx6vtC5PRLDASoUDvG1hiZDk4tdBo2QwYjAdBgNVHQ4EFgQU0moQmh7SoQ+L
oND2FIpoPqyxhMEwHwYDVR0jBBgwFoAU0moQmh7SoQ+LoND2FIpoPqyxhMEwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IACC+5bwndhWFQXAu17uyXBVvSVwUQ2sg+Be+qo2A0jrAiEA3wMq1CNkUgQSXsbu
esCSv/5WAN23Pb6MkqXolMscmSs=
-----END CERTIFICATE-----
`;

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMRj3TpnQht/nwwv3
9xPvseaTQKjcSIwsVUvs9vGsjRahRANCAATHO90bQFxTYOgFrCjxm7UgLyRIeINQ
IZBniediVVwtdY+cx44tz9WuOTn1mx6vtC5PRLDASoUDvG1hiZDk4tdB
-----END PRIVATE KEY-----
`;
