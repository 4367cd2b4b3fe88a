import type { SessionTag } from '../../../app/ports/engine.ts';

const PRODUCT = 'lockkeeper';

/** What people see of a session, in the connection attribute program_name and in reports: `lockkeeper/<runId>/<role>`. */
export const applicationName = (tag: SessionTag): string => `${PRODUCT}/${tag.runId}/${tag.role}`;
