import pino, { type Logger } from 'pino';
import type { LogLevel } from './config';

const SECRETS = ['x-api-key', 'authorization', 'cookie', 'set-cookie'].flatMap((name) => [`req.headers["${name}"]`, `headers["${name}"]`]);

/** JSON lines on standard error; standard output belongs to the words for people. */
export function createLog(level: LogLevel): Logger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, redact: SECRETS }, pino.destination({ dest: 2, sync: true }));
}
