/**
 * A certificate for localhost that ended on the first day of 2020, signed by itself, and its key, which guards nothing. Made once by
 * `openssl ca -selfsign -startdate 20190101000000Z -enddate 20200101000000Z`.
 */
export const expiredCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgK9zziqbY8hS+2OnH
WdvldrOs4yPFOhHUZKRJwlh+ZYehRANCAAR34ixasnX0tF+F3YYDy3JjCyR6N6KC
n/X+i6iOYUtFVTDUq/tC7bbFMfKEZbL/Lou6O5bc/r8kauvBSagpg02Z
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBYzCCAQigAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwHhcNMTkwMTAxMDAwMDAwWhcNMjAwMTAxMDAwMDAwWjAUMRIwEAYDVQQDDAls
b2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR34ixasnX0tF+F3YYD
y3JjCyR6N6KCn/X+i6iOYUtFVTDUq/tC7bbFMfKEZbL/Lou6O5bc/r8kauvBSagp
g02Zo0swSTAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwDAYDVR0TBAUwAwEB
/zAdBgNVHQ4EFgQUw4a/k6wksxoL+VbgRJ3DVMhI1xQwCgYIKoZIzj0EAwIDSQAw
RgIhAJKeOaAL8ZRtFXTPvcxV9Hmyok/6eizdo1SBkfBr/htgAiEA/9eluP/thlOf
BWzRWynJIHX7XN2qZN1Sl1G+bOjHkps=
-----END CERTIFICATE-----`,
} as const;
