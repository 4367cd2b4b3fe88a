import { rulesOf } from '../../../../src/engines/rules.ts';
import { analyze } from '../../../../src/engines/sqlserver/analysis/analyze.ts';
import { describeRules } from '../../rule-table.ts';

await describeRules('sqlserver', rulesOf('sqlserver'), analyze, { besides: ['all', 'look', 'rule'] });
