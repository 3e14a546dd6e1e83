/** Severity as Cloud Logging names it. */
export type Severity = 'DEBUG' | 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'CRITICAL';

/** One structured record per unit of work: flat values only, so that no object (and no header in it) can slip in. */
export type WorkRecord = Record<string, string | number | boolean | null | undefined>;

/** Where records go. */
export type WorkLog = (severity: Severity, message: string, record?: WorkRecord) => void;

/** jsonWorkLog writes each record as one line of JSON, as Cloud Logging reads it from standard output. */
export function jsonWorkLog(write: (line: string) => void): WorkLog {
  return (severity, message, record = {}) => {
    write(`${JSON.stringify({ ...record, severity, message })}\n`);
  };
}
