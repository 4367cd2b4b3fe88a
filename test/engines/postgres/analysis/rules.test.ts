import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';
import { rulesOf } from '../../../../src/engines/rules.ts';
import { describeRules } from '../../rule-table.ts';

await describeRules('postgres', rulesOf('postgres'), analyze, { besides: ['all', 'look'] });
