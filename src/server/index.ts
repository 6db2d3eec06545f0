export { isScope, SCOPES, type Scope } from "./auth/scopes.ts";
export { createLoginCode } from "./auth/sessions.ts";
export { createApiToken, type NewTokenInput, readApiTokens, revokeToken } from "./auth/tokens.ts";
export { createServer, type HandsServer, type ServerOptions } from "./create-server.ts";
