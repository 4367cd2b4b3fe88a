/**
 * A self-signed certificate for `localhost`, valid until 2126, for tests of TLS verification. Its key protects
 * nothing: it was made for this file (openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1
 * -nodes -days 36500 -subj /CN=localhost -addext subjectAltName=DNS:localhost).
 */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUOOjhmLKVWKlvLTFqti+Lid8oQ0wwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzIxMTUyNloYDzIxMjYxMDMw
MjExNTI2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT5r/mFYdJX/Ti7iSV+hgmd7gOnDRsqh2NX4TUgK6BOO+0pNhVO7RUo
UAniZlalXZ0qVSxwGswsSvVYjnw5tjRxo2kwZzAdBgNVHQ4EFgQU887gv6jy6p81
FU4ilE1/Pqs+olMwHwYDVR0jBBgwFoAU887gv6jy6p81FU4ilE1/Pqs+olMwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhAJWHxv3SG1yCgLWrwnippPaSUkdht+mRjrqv4zZMmSyLAiA3Zzg3yoL/
KL17LXrKFhCvlghFaWsRMujc02t5Ujqe+Q==
-----END CERTIFICATE-----
`;

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmj9hcQj6VSaAKEh8
oBakjlIhz3cqBTfaw3T8CbxFL0ehRANCAAT5r/mFYdJX/Ti7iSV+hgmd7gOnDRsq
h2NX4TUgK6BOO+0pNhVO7RUoUAniZlalXZ0qVSxwGswsSvVYjnw5tjRx
-----END PRIVATE KEY-----
`;
