import type { Finding, Severity } from '../../../core/analysis/statement.ts';

export const finding = (
  rule: string,
  severity: Severity,
  message: string,
  remedy: string,
  table?: string,
): Finding => ({ rule, severity, message, remedy, ...(table === undefined ? {} : { table }) });
