import { defineRule, type RuleInfo } from '../../../../core/analysis/rule.ts';

/** A rule of SQL Server; others may have one by its name, with another page. */
export const sqlserverRule = (info: Omit<RuleInfo, 'pages'>) => defineRule({ ...info, pages: 'sqlserver' });
