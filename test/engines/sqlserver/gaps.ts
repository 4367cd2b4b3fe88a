import type { Gap } from '../contract/world.ts';

/**
 * What a server that speaks T-SQL lacks of SQL Server, by the name of the capability, and which behaviour of the suite
 * cannot be seen without it. The suite knows nothing of this: it is told what to skip, and with which words.
 */
const babelfish: readonly Gap[] = [];

export const gapsOf = (version: string): readonly Gap[] => (/babelfish/i.test(version) ? babelfish : []);
