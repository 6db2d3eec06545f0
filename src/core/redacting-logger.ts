import type { LogFields, Logger } from "./logger.ts";
import type { Redactor } from "./redaction.ts";

/** A logger whose lines have no secrets: messages and fields are redacted before they are written. */
export function createRedactingLogger(logger: Logger, redactor: Redactor): Logger {
  const redact = (write: Logger["info"]) => (message: string, fields?: LogFields) =>
    write(redactor.text(message), redactor.value(fields));
  return {
    debug: redact((message, fields) => logger.debug(message, fields)),
    info: redact((message, fields) => logger.info(message, fields)),
    warn: redact((message, fields) => logger.warn(message, fields)),
    error: redact((message, fields) => logger.error(message, fields)),
  };
}
