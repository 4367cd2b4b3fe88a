import { FatalError } from '../../../core/errors.ts';
import { serverErrorOf } from '../errors.ts';

/** Says which statement of the step a fatal error came from, and on which of its lines; other errors stay as they are. */
export function inStep(error: unknown, index: number, total: number): unknown {
  const server = serverErrorOf(error);
  if (!(error instanceof FatalError) || server === null || error.code === 'stale-fence') return error;
  const which = total === 1 ? '' : `statement ${index + 1} of ${total}: `;
  const where = [`error ${server.number}`, ...(server.line > 0 ? [`at line ${server.line}`] : [])];
  const message = `${which}${server.message} (${where.join(', ')})`;
  const details = { code: error.code, cause: server };
  return new FatalError(message, error.remedy === undefined ? details : { ...details, remedy: error.remedy });
}
