export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Structured events, one JSON line each; field values are identifiers and figures, never row values or secrets. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
