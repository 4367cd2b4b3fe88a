import type { Problem } from '../../errors.ts';
import { defineRule } from '../rule.ts';
import type { Finding } from '../statement.ts';

export const rule = defineRule({
  id: 'syntax-error',
  severity: 'error',
  title: 'The server would not understand it',
  versions: 'all',
});

export const syntaxError = ({ file, line = 1, column = 1, path, message, expected }: Problem): Finding => ({
  ...rule.finding(
    path === undefined || path === '' ? message : `${path}: ${message}`,
    expected ?? 'Correct it.',
  ),
  position: { path: file, line, column },
});
