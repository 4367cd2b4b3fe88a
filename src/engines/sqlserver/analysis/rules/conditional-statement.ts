import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'conditional-statement',
  severity: 'warning',
  title: 'A condition that nobody here judges decides about a schema change',
  versions: 'all',
});

export const conditional = (what: string): Finding =>
  rule.finding(
    `whether ${what} is carried out depends on a condition that Lockkeeper does not judge`,
    'Test the catalogue: IF OBJECT_ID(N’…’) IS NULL before CREATE, IS NOT NULL before DROP; or leave the condition out.',
  );
