import { defineRule, type RuleInfo } from '../../../../core/analysis/rule.ts';

/** A rule of MySQL and MariaDB; others may have one by its name, with another page. */
export const mysqlRule = (info: Omit<RuleInfo, 'pages'>) => defineRule({ ...info, pages: 'mysql' });
