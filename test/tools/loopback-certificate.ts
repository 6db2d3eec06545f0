/**
 * A certificate for 127.0.0.1 and tls.test that only tests know, and its key, which guards nothing. Made once by
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost
 * -addext subjectAltName=IP:127.0.0.1,DNS:tls.test`.
 */
export const loopbackCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUCgAwIBAgIUPmFcjh5paOaJ8DgcmO9ynHsWZxMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA2MTUyMloYDzIxMjYxMDMw
MDYxNTIyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASepSddJnTMHm4iU7PXzsm6IfsDTD2p8dR/ZEudNBIy7LVZnLv3KmTp
Y9pEZ0FTUwLUARTgNWJ5Hm5rPDHhZJjCo24wbDAdBgNVHQ4EFgQUB/dwM3k9DQNs
oIC1hVAtUgjEOYwwHwYDVR0jBBgwFoAUB/dwM3k9DQNsoIC1hVAtUgjEOYwwDwYD
VR0TAQH/BAUwAwEB/zAZBgNVHREEEjAQhwR/AAABggh0bHMudGVzdDAKBggqhkjO
PQQDAgNJADBGAiEAhAM0Cg2kPU+sLNA8o+ixDubA8dnB9MRjUMIT4N7+NXgCIQCc
l9CPT4vgHjiNzsq4NVwiLO+oJU619PU+j5NMNOh4jw==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8pjpt1Qu83Q1YcBI
/YFdPJVBg6L9BkgAhk2RG78kciahRANCAASepSddJnTMHm4iU7PXzsm6IfsDTD2p
8dR/ZEudNBIy7LVZnLv3KmTpY9pEZ0FTUwLUARTgNWJ5Hm5rPDHhZJjC
-----END PRIVATE KEY-----
`,
} as const;
