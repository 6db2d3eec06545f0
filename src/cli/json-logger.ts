import { pino } from "pino";
import type { Logger } from "../core/index.ts";

/** Log lines for programs, one JSON object each, on stderr. */
export function createJsonLogger(isVerbose: boolean): Logger {
  const logger = pino(
    { level: isVerbose ? "debug" : "info", base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}
