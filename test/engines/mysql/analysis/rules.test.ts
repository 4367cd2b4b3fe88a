import { analyze } from '../../../../src/engines/mysql/analysis/analyze.ts';
import { rulesOf } from '../../../../src/engines/rules.ts';
import { describeRules } from '../../rule-table.ts';

await describeRules('mysql', rulesOf('mysql'), analyze, { besides: ['all', 'look', 'rule'] });
